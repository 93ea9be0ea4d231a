using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Xend.Hosting;
using Xend.Hosting.Configuration;

namespace Xend.Tests.Hosting;

public class ConfigFileTests
{
    private const string Name = "/etc/xen/xend-config.sxp";

    [Fact]
    public void All_fifty_options_of_old_are_known_and_those_of_ours()
    {
        string[] ours = ["dom0-balloon-timeout", "operation-wait-timeout", "domain-destroy-timeout", "xend-relocation-ssl-ca-file"];
        Assert.Equal(50, OptionTable.All.Keys.Except(ours).Count());
        Assert.Subset(OptionTable.All.Keys.ToHashSet(), ours.ToHashSet());
    }

    [Fact]
    public void An_empty_file_leaves_the_defaults()
    {
        var configured = Parse("");
        Assert.Equal(new XendOptions(), configured.Options);
        Assert.Empty(configured.Warnings);
    }

    [Fact]
    public void The_users_own_file_is_read()
    {
        var configured = Parse(
            """
            # -*- sh -*-
            (logfile /var/log/xen/xend.log)
            (loglevel INFO)
            (xend-relocation-server no)
            (xend-relocation-hosts-allow '^localhost$ ^localhost\\.localdomain$')
            (network-script network-bridge)
              (vif-script     vif-bridge)
            (dom0-min-mem 128)
            (dom0-cpus 0)
            (xsm_module_name flask)
            (vncpasswd )
            """
        );
        Assert.Equal(
            new XendOptions
            {
                LogLevel = "INFO",
                NetworkScript = "network-bridge",
                Dom0MinMemoryMib = 128,
                Dom0Ballooning = true,
                RelocationHostsAllow = @"^localhost$ ^localhost\.localdomain$",
            },
            configured.Options
        );
        Assert.Empty(configured.Warnings);
        Assert.Equal(["xsm_module_name"], configured.Unused.AsEnumerable());
    }

    [Theory]
    [InlineData("(vncpasswd '')", null)]
    [InlineData("(vncpasswd )", null)]
    [InlineData("(vncpasswd)", null)]
    [InlineData("(vncpasswd 'a b')", "a b")]
    [InlineData("(vncpasswd first)(vncpasswd second)", "first")]
    [InlineData("(vncpasswd)(vncpasswd second)", "second")]
    public void Values_follow_the_old_rules(string text, string? password) => Assert.Equal(password, Parse(text).Options.VncPassword);

    [Fact]
    public void Strings_numbers_and_flags_reach_the_options()
    {
        var options = Parse(
            """
            (network-script 'network-bridge netdev=eth1') (vif-script 'vif-bridge bridge=xenbr1')
            (console-limit 16) (device-create-timeout 7) (device-destroy-timeout 8) (dom0-cpus 2)
            (xend-unix-xmlrpc-server NO) (xend-domains-path /a) (xend-state-path /b) (vnc-listen 0.0.0.0) (keymap de) (loglevel warn)
            (xen-api-server ((9363 pam '^localhost$ example\\.com$') (unix none))) (pscsi-device-mask ('16:0:0:0' '15:0'))
            """
        ).Options;
        Assert.Equal(
            new XendOptions
            {
                NetworkScript = "network-bridge netdev=eth1",
                VifScript = "vif-bridge bridge=xenbr1",
                ConsoleLimitBytes = 16 * 1024,
                DeviceCreateTimeout = TimeSpan.FromSeconds(7),
                DeviceDestroyTimeout = TimeSpan.FromSeconds(8),
                Dom0Cpus = 2,
                UnixXmlRpcServer = false,
                DomainsPath = "/a",
                VncListen = "0.0.0.0",
                Keymap = "de",
                LogLevel = "warn",
            },
            options
        );
    }

    [Theory]
    [InlineData("(dom0-min-mem 0)", false)]
    [InlineData("(dom0-min-mem 196)", true)]
    [InlineData("(dom0-min-mem 196)(enable-dom0-ballooning no)", false)]
    [InlineData("(enable-dom0-ballooning yes)", true)]
    [InlineData("(dom0-min-mem 196)(enable-dom0-ballooning)", true)]
    public void Ballooning_follows_dom0s_floor_unless_it_is_named(string text, bool expected) =>
        Assert.Equal(expected, Parse(text).Options.Dom0Ballooning);

    [Theory]
    [InlineData("yes", true)]
    [InlineData("Y", true)]
    [InlineData("1", true)]
    [InlineData("On", true)]
    [InlineData("TRUE", true)]
    [InlineData("t", true)]
    [InlineData("no", false)]
    [InlineData("N", false)]
    [InlineData("0", false)]
    [InlineData("off", false)]
    [InlineData("false", false)]
    [InlineData("F", false)]
    public void Flags_are_written_in_many_ways(string word, bool expected) =>
        Assert.Equal(expected, Parse($"(xend-unix-xmlrpc-server {word})").Options.UnixXmlRpcServer);

    [Theory]
    [InlineData("(xend-relocation-server maybe)", "1: invalid xend config xend-relocation-server: expected bool: maybe")]
    [InlineData("\n\n(dom0-cpus two)", "3: invalid xend config dom0-cpus: expected int: two")]
    [InlineData("(dom0-cpus -1)", "1: invalid xend config dom0-cpus: expected int: -1")]
    [InlineData("(console-limit 99999999999)", "1: invalid xend config console-limit: expected int: 99999999999")]
    [InlineData("(loglevel LOUD)", "1: invalid xend config loglevel: expected one of TRACE DEBUG INFO WARNING ERROR CRITICAL: LOUD")]
    [InlineData("(logfile (a b))", "1: invalid xend config logfile: expected string: (a b)")]
    [InlineData("(vncpasswd (secret word))", "1: invalid xend config vncpasswd: expected string")]
    [InlineData("# hello\nlogfile", "2: expected (name value): logfile")]
    [InlineData("()", "1: expected (name value): ()")]
    public void A_wrong_value_is_named_with_its_line_and_reason(string text, string expected)
    {
        var error = Assert.Throws<XendError>(() => Parse(text));
        Assert.Equal($"The config file {Name} cannot be used.\n  {Name}:{expected}", error.Text);
    }

    [Fact]
    public void All_wrong_values_are_named_at_once()
    {
        var error = Assert.Throws<XendError>(() => Parse("(dom0-cpus x)\n(console-limit y)"));
        Assert.Contains(":1: ", error.Text, StringComparison.Ordinal);
        Assert.Contains(":2: ", error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_cannot_be_parsed_says_where()
    {
        var error = Assert.Throws<XendError>(() => Parse("(logfile x)\n(loglevel"));
        Assert.StartsWith($"Reading config file {Name}: line 2, column 1: ", error.Text);
    }

    [Theory]
    [InlineData("(vif_script x)", "unknown option vif_script, ignored. Is vif-script meant?")]
    [InlineData("(xend-relocation-adress x)", "unknown option xend-relocation-adress, ignored. Is xend-relocation-address meant?")]
    [InlineData("(something-else-entirely x)", "unknown option something-else-entirely, ignored.")]
    public void An_unknown_option_is_ignored_with_a_warning(string text, string expected) =>
        Assert.Equal([$"{Name}:1: {expected}"], Parse(text).Warnings.AsEnumerable());

    [Fact]
    public void Distributions_own_options_are_passed_over_in_silence() =>
        Assert.Empty(Parse("(xend-domain-lock yes)(xen-tcp-xmlrpc-server-address x)").Warnings);

    [Fact]
    public void Repeated_options_and_surplus_words_are_warned_about() =>
        Assert.Equal(
            [
                $"{Name}:2: vif-script: only the first word counts; put quotes around a value with blanks.",
                $"{Name}:3: vif-script is set a second time; the first one counts.",
            ],
            Parse("\n(vif-script vif-bridge bridge=x)\n(vif-script y)").Warnings.AsEnumerable()
        );

    [Fact]
    public void A_missing_file_means_the_defaults_and_is_told()
    {
        var configured = ConfigFile.Read("/nonexistent/xend-config.sxp");
        Assert.Equal(new XendOptions(), configured.Options);
        Assert.Equal(["Config file does not exist: /nonexistent/xend-config.sxp"], configured.Warnings.AsEnumerable());
    }

    [Fact]
    public void A_directory_in_the_files_place_is_an_error_of_ours() => Assert.Throws<XendError>(() => ConfigFile.Read("/"));

    [Fact]
    public void The_file_that_is_shipped_names_every_option_and_sets_none_differently()
    {
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "xend-config.sxp"));
        var configured = Parse(text);
        Assert.Empty(configured.Warnings);
        Assert.Empty(configured.Unused);
        Assert.Equal(new XendOptions(), configured.Options);
        foreach (var name in OptionTable.All.Keys)
        {
            Assert.Contains($"#({name} ", text, StringComparison.Ordinal);
        }
        // Each default that is shown is one that can be uncommented.
        var uncommented = string.Join(
            '\n',
            text.Split('\n').Where(line => line.StartsWith("#(", StringComparison.Ordinal)).Select(line => line[1..])
        );
        Assert.Empty(Parse(uncommented).Warnings);
        Assert.Equal(new XendOptions(), Parse(uncommented).Options);
    }

    [Fact]
    public void No_text_makes_the_reader_fail_otherwise_than_with_a_sentence() =>
        Prop.ForAll<string>(text =>
            {
                try
                {
                    Parse(text);
                }
                catch (XendError error)
                {
                    return error.Text.Contains(Name, StringComparison.Ordinal);
                }
                return true;
            })
            .QuickCheckThrowOnFailure();

    private static Configured Parse(string text) => ConfigFile.Parse(Name, Encoding.UTF8.GetBytes(text));
}
