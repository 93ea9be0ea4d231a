using Sxp;
using Xend.Operations;
using Xend.Requests;

namespace Xend.Api.XmlRpc;

/// <summary>A call on its way to the request handler.</summary>
/// <param name="Toolstack">The request handler.</param>
/// <param name="Options">The options in force, which supply what a configuration leaves out.</param>
/// <param name="Requester">Who asks.</param>
/// <param name="Arguments">With what.</param>
/// <param name="Stopping">
/// The daemon stops. A client that goes away cancels nothing, as of old: what it asked for is carried out.
/// </param>
internal sealed record Call(IToolstack Toolstack, XendOptions Options, Requester Requester, Arguments Arguments, CancellationToken Stopping)
{
    /// <summary>
    /// A domain's configuration, from its s-expression <c>(vm (name ...) ...)</c>. Comes from a client: it is validated here.
    /// </summary>
    public DomainConfig Config(int index) => new DomainConfigReader(Options.VifScript).Read(Arguments.Expression(index));

    /// <summary>One device of a domain, from <c>(vbd ...)</c> or <c>(device (vbd ...))</c>.</summary>
    public DeviceConfig Device(int index, Guid domain) =>
        DeviceConfigReader.ReadOne(Arguments.Expression(index), domain, Options.VifScript);
}

/// <summary>One method of the interface.</summary>
/// <param name="Name">As clients call it.</param>
/// <param name="Changes">Changes something; such calls stand in the log.</param>
/// <param name="Required">How many arguments there must be.</param>
/// <param name="Most">How many there may be.</param>
/// <param name="Help">What <c>system.methodHelp</c> answers.</param>
/// <param name="Run">The translation to the request handler and back.</param>
internal sealed record Method(string Name, bool Changes, int Required, int Most, string Help, Func<Call, Task<SValue>> Run)
{
    /// <summary>A method that answers at once and changes nothing.</summary>
    public static Method Read(string name, int required, int most, string help, Func<Call, SValue> run) =>
        new(name, false, required, most, help, call => Task.FromResult(run(call)));

    /// <summary>A method that changes something and answers nothing.</summary>
    public static Method Change(string name, int required, int most, string help, Func<Call, Task> run) =>
        new(name, true, required, most, help, async call =>
        {
            await run(call).ConfigureAwait(false);
            return SNone.Instance;
        });
}
