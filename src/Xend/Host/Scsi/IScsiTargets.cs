namespace Xend.Host;

/// <summary>The targets by which dom0's kernel (LIO) serves SCSI devices of the host to guests.</summary>
public interface IScsiTargets
{
    /// <summary>Whether dom0's kernel can serve them: xen-scsiback is there, and its targets can be configured.</summary>
    bool HasBackend { get; }

    /// <summary>The place in configfs of the target, of whomever, that has the device already; null where there is none.</summary>
    string? ServedBy(ScsiFacts device);

    /// <summary>The targets that xend made, however much there is of each.</summary>
    IReadOnlyList<ScsiTarget> All();

    /// <summary>Makes a target of one device. Where all of it is there, nothing is done.</summary>
    /// <returns>Why it could not be; what there is of it then stays, for <see cref="Remove"/>.</returns>
    string? Make(ScsiTarget target, ScsiFacts device);

    /// <summary>Takes away what there is of a target.</summary>
    /// <returns>Why some of it stays, such as that the driver has it still; null where it is gone.</returns>
    string? Remove(ScsiTarget target);
}
