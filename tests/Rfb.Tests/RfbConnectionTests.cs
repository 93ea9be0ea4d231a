namespace Rfb.Tests;

/// <summary>The client against a server that says what RFC 6143 says.</summary>
public sealed class RfbConnectionTests
{
    private readonly ScriptedServer _server = new();

    [Theory]
    [InlineData("RFB 003.003\n", RfbVersion.V38, RfbVersion.V33)]
    [InlineData("RFB 003.005\n", RfbVersion.V38, RfbVersion.V33)]
    [InlineData("RFB 003.007\n", RfbVersion.V38, RfbVersion.V37)]
    [InlineData("RFB 003.008\n", RfbVersion.V38, RfbVersion.V38)]
    [InlineData("RFB 003.889\n", RfbVersion.V38, RfbVersion.V38)]
    [InlineData("RFB 003.008\n", RfbVersion.V37, RfbVersion.V37)]
    [InlineData("RFB 003.008\n", RfbVersion.V33, RfbVersion.V33)]
    public async Task The_older_of_both_versions_is_spoken_and_nobody_need_prove_anything(
        string greeting,
        RfbVersion highest,
        RfbVersion spoken
    )
    {
        var opening = RfbConnection.OpenAsync(_server.Client, highest: highest);
        await _server.SayAsync(greeting);
        Assert.Equal($"RFB 003.00{(int)spoken}\n", await _server.HearTextAsync(12));
        if (spoken == RfbVersion.V33)
        {
            await _server.SayAsync(0, 0, 0, 1);
        }
        else
        {
            await _server.SayAsync(2, 2, 1);
            Assert.Equal([1], await _server.HearAsync(1));
        }
        if (spoken == RfbVersion.V38)
        {
            await _server.SayAsync(0, 0, 0, 0);
        }
        Assert.Equal([1], await _server.HearAsync(1));
        await _server.SayScreenAsync();
        await using var connection = await opening;
        Assert.Equal(
            (spoken, 1, "screen", 32, 16),
            (connection.Version, connection.Security, connection.Name, connection.Screen.Width, connection.Screen.Height)
        );
    }

    [Fact]
    public async Task A_password_answers_the_challenge()
    {
        var opening = RfbConnection.OpenAsync(_server.Client, "secret");
        await _server.SayAsync("RFB 003.008\n");
        await _server.HearAsync(12);
        await _server.SayAsync(2, 1, 2);
        Assert.Equal([2], await _server.HearAsync(1));
        var challenge = Enumerable.Range(1, 16).Select(number => (byte)number).ToArray();
        await _server.SayAsync(challenge);
        Assert.Equal(VncAuthentication.Answer("secret", challenge), await _server.HearAsync(16));
        await _server.SayAsync(0, 0, 0, 0);
        await _server.HearAsync(1);
        await _server.SayScreenAsync();
        await using var connection = await opening;
        Assert.Equal(2, connection.Security);
    }

    [Theory]
    [InlineData(RfbVersion.V38, "no such password")]
    [InlineData(RfbVersion.V37, "Authentication failed")]
    [InlineData(RfbVersion.V33, "Authentication failed")]
    public async Task A_wrong_password_is_refused(RfbVersion version, string words)
    {
        var opening = RfbConnection.OpenAsync(_server.Client, "wrong", version);
        await _server.SayAsync("RFB 003.008\n");
        await _server.HearAsync(12);
        await _server.SayAsync(version == RfbVersion.V33 ? [0, 0, 0, 2] : [1, 2]);
        await _server.SayAsync(new byte[16]);
        await _server.SayAsync(0, 0, 0, 1);
        await _server.SayTextAsync("no such password");
        Assert.Equal(words, (await Assert.ThrowsAsync<RfbRefusedException>(() => opening)).Message);
    }

    [Fact]
    public async Task A_server_that_wants_a_password_is_told_from_one_that_does_not()
    {
        var opening = RfbConnection.OpenAsync(_server.Client);
        await _server.SayAsync("RFB 003.008\n");
        await _server.SayAsync(1, 2);
        Assert.Equal("the server wants a password", (await Assert.ThrowsAsync<RfbRefusedException>(() => opening)).Message);
    }

    [Fact]
    public async Task A_server_that_lets_nobody_in_says_why()
    {
        var opening = RfbConnection.OpenAsync(_server.Client);
        await _server.SayAsync("RFB 003.008\n");
        await _server.SayAsync(0);
        await _server.SayTextAsync("too many clients");
        Assert.Equal("too many clients", (await Assert.ThrowsAsync<RfbRefusedException>(() => opening)).Message);
    }

    [Fact]
    public void The_challenge_is_encrypted_with_the_reversed_bits_of_the_password()
    {
        // DES of the classic example (FIPS 46): key 133457799BBCDFF1, plain 0123456789ABCDEF, cipher 85E813540F0AB405. Every byte of that
        // key
        // with its bits reversed is the password.
        var password = new string([.. new byte[] { 0xC8, 0x2C, 0xEA, 0x9E, 0xD9, 0x3D, 0xFB, 0x8F }.Select(value => (char)value)]);
        byte[] half = [0x01, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF];
        byte[] answer = [0x85, 0xE8, 0x13, 0x54, 0x0F, 0x0A, 0xB4, 0x05];
        Assert.Equal([.. answer, .. answer], VncAuthentication.Answer(password + "beyond eight nothing counts", [.. half, .. half]));
    }

    [Fact]
    public async Task The_screen_is_what_its_rectangles_say_and_may_change_its_size()
    {
        await using var connection = await OpenAsync();
        var update = connection.UpdateAsync();
        Assert.Equal([3, 0, 0, 0, 0, 0, 0, 32, 0, 16], await _server.HearAsync(10));
        // A bell and a cut text come between.
        await _server.SayAsync(2);
        await _server.SayAsync(3, 0, 0, 0, 0, 0, 0, 1, (byte)'x');
        await _server.SayAsync([
            0,
            0,
            0,
            2, /* new size */
            0,
            0,
            0,
            0,
            0,
            64,
            0,
            48,
            0xFF,
            0xFF,
            0xFF,
            0x21,
        ]);
        await _server.SayAsync([
            0,
            62,
            0,
            47,
            0,
            2,
            0,
            1,
            0,
            0,
            0,
            0, /* BGRx */
            3,
            2,
            1,
            0,
            6,
            5,
            4,
            0,
        ]);
        await update;
        Assert.Equal((64, 48), (connection.Screen.Width, connection.Screen.Height));
        Assert.Equal((0x010203, 0x040506, 0), (connection.Screen[62, 47], connection.Screen[63, 47], connection.Screen[0, 0]));
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 0, 1, 0, 31, 0, 0, 0, 2, 0, 1, 0, 0, 0, 0 }, "rectangle 2x1 at 31,0")]
    [InlineData(new byte[] { 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 7 }, "encoding 7")]
    [InlineData(new byte[] { 0, 0, 0, 1, 0, 0, 0, 0, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x21 }, "65535x65535")]
    [InlineData(new byte[] { 9 }, "type 9")]
    [InlineData(new byte[] { 3, 0, 0, 0, 0xFF, 0, 0, 0 }, "text of")]
    public async Task What_a_server_must_not_say_is_told(byte[] message, string told)
    {
        await using var connection = await OpenAsync();
        var update = connection.UpdateAsync();
        await _server.SayAsync(message);
        Assert.Contains(told, (await Assert.ThrowsAsync<RfbException>(() => update)).Message);
    }

    [Fact]
    public async Task A_connection_that_ends_is_told()
    {
        await using var connection = await OpenAsync();
        var update = connection.UpdateAsync();
        await _server.HangUpAsync();
        Assert.Contains("closed the connection", (await Assert.ThrowsAsync<RfbException>(() => update)).Message);
    }

    [Fact]
    public async Task What_is_no_server_is_told()
    {
        var opening = RfbConnection.OpenAsync(_server.Client);
        await _server.SayAsync("HTTP/1.1 400\n");
        Assert.Contains("HTTP/1.1 400", (await Assert.ThrowsAsync<RfbException>(() => opening)).Message);
    }

    [Fact]
    public async Task Keys_are_pressed_and_released()
    {
        await using var connection = await OpenAsync();
        await connection.TypeAsync("a\n");
        Assert.Equal(
            [4, 1, 0, 0, 0, 0, 0, (byte)'a', 4, 0, 0, 0, 0, 0, 0, (byte)'a', 4, 1, 0, 0, 0, 0, 0xFF, 0x0D, 4, 0, 0, 0, 0, 0, 0xFF, 0x0D],
            await _server.HearAsync(32)
        );
    }

    private async Task<RfbConnection> OpenAsync()
    {
        var opening = RfbConnection.OpenAsync(_server.Client);
        await _server.SayAsync("RFB 003.003\n");
        await _server.SayAsync(0, 0, 0, 1);
        await _server.SayScreenAsync();
        var connection = await opening;
        await _server.HearAsync(12 + 1 + 20 + 12);
        return connection;
    }
}
