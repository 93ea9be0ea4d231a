using XenStore.Wire;

namespace Simulation;

/// <summary>A domain that xenstored was told about.</summary>
/// <param name="RingFrame">As given at INTRODUCE.</param>
/// <param name="EventChannel">As given at INTRODUCE.</param>
/// <param name="IsShutdown">Its shutdown was told to the watchers; it is not told again before RESUME.</param>
public sealed record SimulatedIntroduction(string RingFrame, uint EventChannel, bool IsShutdown = false);

/// <summary>The requests about domains. Dom0 only.</summary>
internal sealed class StoreDomainRequests(SimulatedXenStoredOptions options)
{
    private const uint DomIdSelf = 0x7FF0;

    public SortedDictionary<uint, SimulatedIntroduction> Introduced { get; } = [];

    private string Unknown => options.Flavour == XenStoredFlavour.OCaml ? "EINVAL" : "ENOENT";

    /// <summary>Carries out a request.</summary>
    /// <param name="message">The request.</param>
    /// <param name="introduced">Called for a domain that is new.</param>
    /// <param name="released">Called for a domain that is released.</param>
    /// <param name="target">Called with a domain and the one it acts as.</param>
    public StoreAnswer Carry(StoreMessage message, Action introduced, Action<uint> released, Action<uint, uint> target)
    {
        if (StoreArguments.Strings(message.Payload) is not { } arguments || StoreArguments.Number(arguments[0]) is not { } domain)
        {
            return StoreAnswer.Failed("EINVAL");
        }

        switch (message.Type)
        {
            case XenStoreMessageType.IsDomainIntroduced:
                return StoreAnswer.Text(domain is 0 or DomIdSelf || Introduced.ContainsKey(domain) ? "T" : "F");
            case XenStoreMessageType.Introduce:
                return Introduce(domain, arguments, introduced);
            case XenStoreMessageType.Release when Introduced.ContainsKey(domain):
                released(domain);
                return StoreAnswer.Ok;
            case XenStoreMessageType.Resume when Introduced.TryGetValue(domain, out var known):
                Introduced[domain] = known with { IsShutdown = false };
                return StoreAnswer.Ok;
            case XenStoreMessageType.SetTarget when arguments.Length > 1 && Introduced.ContainsKey(domain):
                if (StoreArguments.Number(arguments[1]) is { } other && Introduced.ContainsKey(other))
                {
                    target(domain, other);
                    return StoreAnswer.Ok;
                }

                return StoreAnswer.Failed(Unknown);
            default:
                return StoreAnswer.Failed(Unknown);
        }
    }

    private StoreAnswer Introduce(uint domain, string[] arguments, Action introduced)
    {
        if (
            arguments.Length < 3
            || StoreArguments.Number(arguments[2]) is not > 0
            || domain == 0
            || domain >= DomIdSelf
            || !long.TryParse(arguments[1], out _)
            || !options.DomainExists(domain)
        )
        {
            return StoreAnswer.Failed("EINVAL");
        }

        var isNew = !Introduced.ContainsKey(domain);
        Introduced[domain] = new(arguments[1], StoreArguments.Number(arguments[2])!.Value);
        if (isNew)
        {
            introduced();
        }

        return StoreAnswer.Ok;
    }
}
