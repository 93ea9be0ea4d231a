using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Xend.Relocation;

/// <summary>By what this host and others know each other: a key, its certificate, and who signs those of all hosts.</summary>
public sealed class RelocationCredentials : IDisposable
{
    private readonly X509Certificate2 _own;
    private readonly X509Certificate2Collection _authorities;

    private RelocationCredentials(X509Certificate2 own, X509Certificate2Collection authorities) =>
        (_own, _authorities) = (own, authorities);

    /// <param name="certificateFile">PEM.</param>
    /// <param name="keyFile">PEM, without a pass phrase.</param>
    /// <param name="authorityFile">PEM: the certificates of who signs.</param>
    /// <exception cref="XendError">One of them is not given, or cannot be used.</exception>
    public static RelocationCredentials Read(string certificateFile, string keyFile, string authorityFile)
    {
        try
        {
            var own = X509Certificate2.CreateFromPemFile(
                Given(certificateFile, "xend-relocation-server-ssl-cert-file"),
                Given(keyFile, "xend-relocation-server-ssl-key-file")
            );
            var authorities = new X509Certificate2Collection();
            authorities.ImportFromPemFile(Given(authorityFile, "xend-relocation-ssl-ca-file"));
            return authorities.Count > 0
                ? new RelocationCredentials(own, authorities)
                : throw Unusable(authorityFile, "there is no certificate in it");
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Unusable($"{certificateFile}, {keyFile}, {authorityFile}", FileFailure.Reason(error));
        }
        catch (CryptographicException)
        {
            throw Unusable($"{certificateFile}, {keyFile}, {authorityFile}", "they are no PEM files of a key and its certificate");
        }
    }

    public void Dispose() => _own.Dispose();

    /// <summary>Makes a connection safe from the side that was called.</summary>
    /// <exception cref="RelocationException">The other side is not known, or speaks no TLS.</exception>
    public Task<Stream> ServeAsync(Stream plain, string peer, CancellationToken cancellation) =>
        SecureAsync(
            plain,
            peer,
            (tls, turn) =>
                tls.AuthenticateAsServerAsync(
                    new SslServerAuthenticationOptions
                    {
                        ServerCertificate = _own,
                        ClientCertificateRequired = true,
                        CertificateChainPolicy = Policy(),
                        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                    },
                    turn
                ),
            cancellation
        );

    /// <summary>Makes a connection safe from the side that called.</summary>
    /// <exception cref="RelocationException">As of <see cref="ServeAsync"/>; or it is another host's certificate.</exception>
    public Task<Stream> CallAsync(Stream plain, string host, CancellationToken cancellation) =>
        SecureAsync(
            plain,
            host,
            (tls, turn) =>
                tls.AuthenticateAsClientAsync(
                    new SslClientAuthenticationOptions
                    {
                        TargetHost = host,
                        ClientCertificates = [_own],
                        CertificateChainPolicy = Policy(),
                        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
                    },
                    turn
                ),
            cancellation
        );

    private static async Task<Stream> SecureAsync(
        Stream plain,
        string peer,
        Func<SslStream, CancellationToken, Task> authenticate,
        CancellationToken cancellation
    )
    {
        var tls = new SslStream(plain);
        try
        {
            await authenticate(tls, cancellation).ConfigureAwait(false);
            return tls;
        }
        catch (Exception error) when (error is AuthenticationException or IOException)
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            throw new RelocationException(
                $"{peer} and this host do not know each other by TLS",
                "Each needs a certificate with its name that xend-relocation-ssl-ca-file of the other has signed, and the port has to be "
                    + "that of TLS."
            );
        }
    }

    private X509ChainPolicy Policy()
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(_authorities);
        return policy;
    }

    private static string Given(string file, string option) =>
        file.Length > 0 ? file : throw new XendError(ErrorCode.InvalidRequest, $"Relocation by TLS needs {option} in xend-config.sxp.");

    private static XendError Unusable(string files, string why) =>
        new(ErrorCode.HostResource, $"Relocation by TLS is not possible: {files}: {why}");
}
