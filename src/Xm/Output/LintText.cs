using Xm.Config;
using Xm.Config.Lint;

namespace Xm.Output;

/// <summary>What lint found, for people.</summary>
internal static class LintText
{
    public static void Write(LintReport report, TextSink output)
    {
        output.WriteLine($"{report.File}: {FormOf(report.Form)}");
        foreach (var finding in report.Findings)
        {
            var place =
                finding.Given is { } given ? $"{given} on the command line"
                : finding.Line is { } line ? $"{report.File}:{line}"
                : report.File;
            var about = finding.Variable is { } variable && !StartsWith(finding.Message, variable) ? variable + ": " : "";
            output.WriteLine($"{place}: {(finding.Severity == Severity.Error ? "error" : "warning")}: {about}{finding.Message}");
            if (finding.Hint is { } hint)
            {
                output.WriteLine("  hint: " + hint);
            }
        }
        if (report.Domain is { } domain)
        {
            Write(new DomainSummary(domain), output);
        }
        output.WriteLine($"{Count(report.Errors, "error")}, {Count(report.Warnings, "warning")}");
    }

    /// <summary>Whether the first word is the variable already; vif is not the first word of what is said of a vifname.</summary>
    private static bool StartsWith(string message, string variable) =>
        message.StartsWith(variable, StringComparison.Ordinal)
        && (message.Length == variable.Length || !(char.IsAsciiLetterOrDigit(message[variable.Length]) || message[variable.Length] == '_'));

    private static void Write(DomainSummary domain, TextSink output)
    {
        var most = domain.MaxMemory.Length > 0 ? $" (at most {domain.MaxMemory} MiB)" : "";
        output.WriteLine(
            $"would create {domain.Name}: {domain.Kind}, {domain.Memory} MiB{most}, {domain.Vcpus} VCPU{(domain.Vcpus == "1" ? "" : "s")}"
        );
        Row("kernel", domain.Kernel);
        Row("bootloader", domain.Bootloader);
        foreach (var (device, source, mode) in domain.Disks)
        {
            Row("disk", $"{device} {(source.Length > 0 ? source : "(empty)")} {mode}");
        }
        foreach (var (bridge, mac) in domain.Interfaces)
        {
            Row("network", $"{(bridge.Length > 0 ? bridge : "first bridge")} {(mac.Length > 0 ? mac : "(new address)")}");
        }
        foreach (var other in domain.Others.GroupBy(kind => kind))
        {
            Row("device", other.Count() > 1 ? $"{other.Key} ({other.Count()})" : other.Key);
        }

        void Row(string kind, string text)
        {
            if (text.Length > 0)
            {
                output.WriteLine($"  {PythonText.Left(kind, 10)} {text}");
            }
        }
    }

    private static string FormOf(GuestForm? form) =>
        form switch
        {
            GuestForm.Xm => "a configuration of xm",
            GuestForm.Xl => "a configuration of xl",
            GuestForm.Expression => "an s-expression",
            _ => "cannot be read",
        };

    private static string Count(int number, string what) => $"{number} {what}{(number == 1 ? "" : "s")}";
}
