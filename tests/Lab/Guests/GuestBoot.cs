using Lab.Host;

namespace Lab.Guests;

/// <summary>
/// Guests that have to reach their shell: once. Of one that does not, all is told that is seen, beside how many of xl's guests of its
/// kind the emulator lost.
/// </summary>
internal static class GuestBoot
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(15);

    /// <summary>
    /// Creates the guest of /etc/xen/NAME.cfg, which has the small ramdisk, and waits until it hears the toolstack and its shell answers.
    /// </summary>
    /// <param name="host">The host.</param>
    /// <param name="name">Its name, and the file's.</param>
    /// <param name="kind">One of the probe's.</param>
    /// <returns>Its domain id.</returns>
    /// <exception cref="LabException">It ended, or did not answer.</exception>
    public static Task<string> BootAsync(this LabHost host, string name, string kind) => host.BootedAsync(kind, async () =>
        {
            var id = (await host.RunOkAsync($"xm create -q /etc/xen/{name}.cfg && xm domid {name}", Limit)).Trim();
            // A guest that is told to reboot before its kernel listens may miss it.
            await host.RunOkAsync(
                $$"""
                until [ "$(xenstore-read /local/domain/{{id}}/control/feature-poweroff 2>/dev/null)" = 1 ]; do
                  case "$(xl list {{id}} 2>/dev/null | awk 'NR == 2 { print $5 }')" in
                    ''|*[scd]*) echo 'domain {{id}} ended while it booted' >&2; exit 1 ;;
                  esac
                  sleep 0.5
                done
                """,
                Limit
            );
            // A serial port repeats nothing for who comes late, so its shell is asked.
            await using var console = host.OpenTerminal($"xm console {name}");
            await console.AskAsync("echo up-$((6 * 7))", "up-42", tries: 60);
            await console.SendAsync("\x1d");
            await console.WaitForExitAsync();
            return id;
        });

    /// <summary>Runs what boots a guest of the kind; where it fails, the failure is told with the host's and the probe's words.</summary>
    public static async Task<T> BootedAsync<T>(this LabHost host, string kind, Func<Task<T>> boot)
    {
        try
        {
            return await boot();
        }
        catch (Exception error) when (error is LabException or TimeoutException)
        {
            throw new LabException($"{error.Message}\n{await SeenAsync(host)}\n{ProbeFigures.Of(kind)}");
        }
    }

    /// <inheritdoc cref="BootedAsync{T}"/>
    public static Task BootedAsync(this LabHost host, string kind, Func<Task> boot) => host.BootedAsync(kind, async () =>
        {
            await boot();
            return true;
        });

    private static async Task<string> SeenAsync(LabHost host)
    {
        try
        {
            return (
                await host.RunAsync(
                    "echo '--- domains'; xl list; echo '--- Xen'; xl dmesg | tail -n 30; echo '--- xend'; tail -n 30 /var/log/xen/xend.log"
                )
            ).Stdout;
        }
        catch (Exception error) when (error is LabException or TimeoutException)
        {
            return $"The host tells nothing any more: {error.Message}";
        }
    }
}
