using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Xm.Config;
using Xm.Config.Lint;

namespace Xm.Output;

/// <summary>What lint found, for programs.</summary>
internal static class LintJson
{
    public static void Write(LintReport report, TextSink output)
    {
        using var stream = new MemoryStream();
        using (
            var json = new Utf8JsonWriter(
                stream,
                new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
            )
        )
        {
            Write(report, json);
        }
        output.WriteLine(Encoding.UTF8.GetString(stream.ToArray()));
    }

    private static void Write(LintReport report, Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("file", Whole(report.File));
        json.WriteString(
            "form",
            report.Form switch
            {
                GuestForm.Xm => "xm",
                GuestForm.Xl => "xl",
                GuestForm.Expression => "sxp",
                _ => null,
            }
        );
        json.WriteNumber("errors", report.Errors);
        json.WriteNumber("warnings", report.Warnings);
        json.WriteStartArray("findings");
        foreach (var finding in report.Findings)
        {
            json.WriteStartObject();
            json.WriteString("severity", finding.Severity == Severity.Error ? "error" : "warning");
            json.WriteString("variable", finding.Variable is null ? null : Whole(finding.Variable));
            if (finding.Line is { } line)
            {
                json.WriteNumber("line", line);
            }
            else
            {
                json.WriteNull("line");
            }
            json.WriteString("given", finding.Given is null ? null : Whole(finding.Given));
            json.WriteString("message", Whole(finding.Message));
            json.WriteString("hint", finding.Hint is null ? null : Whole(finding.Hint));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        if (report.Domain is { } domain)
        {
            Write(new DomainSummary(domain), json);
        }
        else
        {
            json.WriteNull("domain");
        }
        json.WriteEndObject();
    }

    private static void Write(DomainSummary domain, Utf8JsonWriter json)
    {
        json.WriteStartObject("domain");
        json.WriteString("name", Whole(domain.Name));
        json.WriteString("builder", Whole(domain.Builder));
        json.WriteString("memory", Whole(domain.Memory));
        json.WriteString("vcpus", Whole(domain.Vcpus));
        json.WriteString("kernel", Whole(domain.Kernel));
        json.WriteString("bootloader", Whole(domain.Bootloader));
        json.WriteStartArray("disks");
        foreach (var (device, source, mode) in domain.Disks)
        {
            json.WriteStartObject();
            json.WriteString("device", Whole(device));
            json.WriteString("source", Whole(source));
            json.WriteString("mode", Whole(mode));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("interfaces");
        foreach (var (bridge, mac) in domain.Interfaces)
        {
            json.WriteStartObject();
            json.WriteString("bridge", Whole(bridge));
            json.WriteString("mac", Whole(mac));
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartArray("devices");
        foreach (var other in domain.Others)
        {
            json.WriteStringValue(Whole(other));
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>JSON is Unicode: a byte of the file that is not becomes a replacement character.</summary>
    private static string Whole(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
