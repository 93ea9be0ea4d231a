using Lab.Host;

namespace Lab.Guests;

/// <summary><see cref="PolicyTests"/> for HVM guests, which take as long as all others together: on the other host.</summary>
[Collection(LabCollection.Name)]
public sealed class HvmPolicyTests(LabHost host)
{
    [Theory]
    [InlineData("crash")]
    [InlineData("halt")]
    [InlineData("reboot")]
    [Trait("Length", "long")]
    public Task Every_HVM_guest_that_ends_is_treated_as_its_file_says(string end) => PolicyTrial.RunAsync(host, "hvm", end);
}
