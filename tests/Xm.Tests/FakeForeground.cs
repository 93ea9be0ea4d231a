using Xm.Host;

namespace Xm.Tests;

/// <summary>Programs that are only remembered. Each ends when the test says so, or at once.</summary>
internal sealed class FakeForeground : IForeground
{
    public List<string> Started { get; } = [];

    public int Status { get; set; }

    /// <summary>What the program does until it ends.</summary>
    public Action<FakeProgram> Behaviour { get; set; } = _ => { };

    /// <summary>What programs were given on their standard input.</summary>
    public List<string> Inputs { get; } = [];

    public IForegroundProgram Start(string program, IReadOnlyList<string> arguments, string? input = null, bool outlives = false)
    {
        Started.Add(string.Join(' ', arguments.Prepend(Path.GetFileName(program))));
        if (input is not null)
        {
            Inputs.Add(input);
        }
        return new FakeProgram(this);
    }

    internal sealed class FakeProgram(FakeForeground owner) : IForegroundProgram
    {
        public ManualResetEventSlim Stopped { get; } = new();

        public int Wait()
        {
            owner.Behaviour(this);
            return Stopped.IsSet ? 137 : owner.Status;
        }

        public bool WasStopped => Stopped.IsSet;

        public void Stop() => Stopped.Set();

        public void Dispose() { }
    }
}
