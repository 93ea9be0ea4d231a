using Xm.Config.Domain;

namespace Xm.Tests;

public class PythonOrderTests
{
    [Theory]
    [InlineData("mac bridge", "bridge mac")]
    [InlineData("type bridge", "bridge type")]
    [InlineData("bridge mac ip", "bridge mac ip")]
    [InlineData("script mac bridge", "bridge mac script")]
    [InlineData("bridge mac type model", "bridge mac type model")]
    [InlineData("mac bridge ip script type model vifname rate accel backend", "bridge script ip rate accel mac vifname model type backend")]
    [InlineData("keymap vncpasswd vncdisplay vnclisten vnc vncunused", "vncunused vnc vnclisten vncdisplay vncpasswd keymap")]
    [InlineData("vnc sdl", "sdl vnc")]
    [InlineData("slot domain key bus vdevfn func", "slot domain key bus vdevfn func")]
    [InlineData("a a a", "a")]
    [InlineData("", "")]
    public void Keys_come_in_the_order_of_a_Python_2_dictionary(string keys, string order) =>
        Assert.Equal(order, string.Join(' ', PythonOrder.Of(keys.Split(' ', StringSplitOptions.RemoveEmptyEntries))));
}
