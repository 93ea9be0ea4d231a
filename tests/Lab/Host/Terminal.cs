using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;

namespace Lab.Host;

/// <summary>A command on a terminal in dom0: text is typed, and what is printed is waited for.</summary>
public sealed class Terminal : IAsyncDisposable
{
    private readonly Process _ssh;
    private readonly string _command;
    private readonly StringBuilder _seen = new();
    private readonly Task _reading;
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _expectedUpTo;
    private bool _ended;

    internal Terminal(Process ssh, string command)
    {
        _ssh = ssh;
        _command = command;
        _reading = ReadAsync();
    }

    /// <summary>All that was printed since the terminal was opened.</summary>
    public string Transcript
    {
        get
        {
            lock (_seen)
            {
                return _seen.ToString();
            }
        }
    }

    public async Task SendAsync(string text)
    {
        await _ssh.StandardInput.WriteAsync(text);
        await _ssh.StandardInput.FlushAsync();
    }

    public Task SendLineAsync(string text) => SendAsync(text + "\r");

    /// <summary>Waits for text that matches and was not part of an earlier match. Returns the match.</summary>
    /// <exception cref="TimeoutException">It was not printed within the limit; the message holds what was.</exception>
    /// <exception cref="LabException">The command ended without printing it.</exception>
    public async Task<Match> ExpectAsync(string pattern, TimeSpan? limit = null)
    {
        var regex = new Regex(pattern, RegexOptions.CultureInvariant);
        var patience = limit ?? LabHost.DefaultLimit;
        using var timer = new CancellationTokenSource(patience);
        while (true)
        {
            Task more;
            lock (_seen)
            {
                var match = regex.Match(_seen.ToString(_expectedUpTo, _seen.Length - _expectedUpTo));
                if (match.Success)
                {
                    _expectedUpTo += match.Index + match.Length;
                    return match;
                }
                if (_ended)
                {
                    throw new LabException($"'{_command}' ended before it printed /{pattern}/. It printed:\n{_seen}");
                }

                more = _more.Task;
            }
            try
            {
                await more.WaitAsync(timer.Token);
            }
            catch (OperationCanceledException)
            {
                throw new TimeoutException(
                    $"'{_command}' did not print /{pattern}/ within {patience.TotalSeconds} s. It printed:\n{Transcript}"
                );
            }
        }
    }

    /// <summary>Sends a line again and again until it is answered: who listens may not be there yet.</summary>
    /// <exception cref="TimeoutException">It was not answered in as many tries; the message holds what was printed.</exception>
    public async Task AskAsync(string line, string answer, int tries)
    {
        for (var left = tries; left > 0; left--)
        {
            await SendLineAsync(line);
            try
            {
                await ExpectAsync(answer, TimeSpan.FromSeconds(5));
                return;
            }
            catch (TimeoutException) when (left > 1) { }
        }
    }

    /// <summary>Waits until the command ends; returns its exit status.</summary>
    public async Task<int> WaitForExitAsync(TimeSpan? limit = null)
    {
        await _reading.WaitAsync(limit ?? LabHost.DefaultLimit);
        await _ssh.WaitForExitAsync();
        return _ssh.ExitCode;
    }

    private async Task ReadAsync()
    {
        var buffer = new char[4096];
        int count;
        do
        {
            count = await _ssh.StandardOutput.ReadAsync(buffer);
            lock (_seen)
            {
                _seen.Append(buffer, 0, count);
                _ended = count == 0;
                _more.SetResult();
                _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        } while (count > 0);
    }

    /// <summary>Hangs up: the command in dom0 gets SIGHUP with its terminal.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_ssh.HasExited)
        {
            _ssh.Kill();
        }

        await _ssh.WaitForExitAsync();
        await _reading;
        _ssh.Dispose();
    }
}
