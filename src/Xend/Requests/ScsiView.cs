namespace Xend.Requests;

/// <summary>An adapter for SCSI devices that a domain has.</summary>
/// <param name="Id">Its number.</param>
/// <param name="IsHost">Its devices are those of a whole adapter of the host.</param>
/// <param name="Frontend">The state of the guest's end; null where the domain does not run, or says none that there is.</param>
/// <param name="Backend">The path of the backend; null where the domain does not run.</param>
/// <param name="Units">Its devices.</param>
public sealed record ScsiView(uint Id, bool IsHost, int? Frontend, string? Backend, IReadOnlyList<ScsiUnitView> Units);

/// <param name="State">What the backend says; null where the domain does not run.</param>
/// <param name="Frontend">What the guest says; null where it says nothing that there is.</param>
/// <param name="Physical">Where the host has it.</param>
/// <param name="Name">What the host calls it.</param>
/// <param name="Virtual">Where the guest has it.</param>
public sealed record ScsiUnitView(int? State, int? Frontend, string Physical, string Name, ScsiAddress Virtual);
