//! Trusted certificates of outgoing TLS connections: the authorities of the system, and a file that the operator adds.
//!
//! HTTP uses only these ([`config`]). For mail ([`connector`], [`lenient_connector`]) a certificate in the operator's
//! file that equals the server's is enough, whatever its name, dates and flags: `openssl req -x509` makes certificates
//! that are authorities (CA:TRUE), which cannot end a chain. Opportunistic encryption cannot keep an attacker in
//! between from listening; so any certificate is accepted there, and the log says once why it could not be verified
//! (RFC 7435).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::client::WebPkiServerVerifier;
use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use tokio_rustls::rustls::{
    self, CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

use crate::error::{Error, OrInternal as _};

/// Trusts the authorities of the system, and those of the PEM file `ca_file` if one is named.
///
/// # Errors
/// If the file can't be read.
pub fn config(ca_file: &str) -> Result<TlsConfig, Error> {
    let system = rustls_native_certs::load_native_certs().certs;
    let mut roots: Vec<Certificate<'static>> =
        system.iter().map(|certificate| Certificate::from_der(certificate).to_owned()).collect();
    if !ca_file.is_empty() {
        let pem = std::fs::read(ca_file).map_err(|error| Error::internal(format!("{ca_file}: {error}")))?;
        for item in parse_pem(&pem) {
            if let PemItem::Certificate(certificate) = item.or_internal()? {
                roots.push(certificate);
            }
        }
    }
    Ok(TlsConfig::builder()
        .root_certs(RootCerts::from(roots))
        .unversioned_rustls_crypto_provider(aws_lc_rs::default_provider().into())
        .build())
}

/// The same trust for a protocol that is not HTTP, and trust in a server whose own certificate is in the file.
///
/// # Errors
/// A message about a file that can't be read or has no certificate.
pub fn connector(ca_file: &str) -> Result<TlsConnector, String> {
    connector_that(Unverified::Refuse, ca_file)
}

/// Takes any certificate, and logs once, with its reason, that one could not be verified.
///
/// # Errors
/// A sentence on a file that can't be read or has no certificate.
pub fn lenient_connector(ca_file: &str) -> Result<TlsConnector, String> {
    connector_that(Unverified::Take, ca_file)
}

fn connector_that(unverified: Unverified, ca_file: &str) -> Result<TlsConnector, String> {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier = Verifier::new(unverified, ca_file, Arc::clone(&provider))?;
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| e.to_string())?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}

/// How a certificate that can't be verified is treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unverified {
    Refuse,
    Take,
}

/// Judges the certificate of a server.
#[derive(Debug)]
struct Verifier {
    unverified: Unverified,
    /// Those of the operator's file: enough where the server has one of them.
    named: Vec<CertificateDer<'static>>,
    /// None if this machine has no authority at all.
    authorities: Option<Arc<WebPkiServerVerifier>>,
    provider: Arc<CryptoProvider>,
    /// Whether a failed verification was logged.
    told: AtomicBool,
}

impl Verifier {
    fn new(unverified: Unverified, ca_file: &str, provider: Arc<CryptoProvider>) -> Result<Self, String> {
        let mut named = Vec::new();
        if !ca_file.is_empty() {
            let pem = std::fs::read(ca_file).map_err(|error| format!("{ca_file}: {error}"))?;
            for certificate in CertificateDer::pem_slice_iter(&pem) {
                named.push(certificate.map_err(|error| format!("{ca_file}: {error}"))?);
            }
            if named.is_empty() {
                return Err(format!("{ca_file} has no certificate"));
            }
        }
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        roots.add_parsable_certificates(named.iter().cloned());
        let authorities = if roots.is_empty() {
            None
        } else {
            let builder = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
            Some(builder.build().map_err(|error| error.to_string())?)
        };
        Ok(Self { unverified, named, authorities, provider, told: AtomicBool::new(false) })
    }

    /// Lets pass what could not be verified, where that is wanted, and logs it the first time.
    fn or_take<T>(&self, verified: Result<T, rustls::Error>, taken: T) -> Result<T, rustls::Error> {
        let Err(error) = verified else { return Ok(taken) };
        if self.unverified == Unverified::Refuse {
            return Err(error);
        }
        if !self.told.swap(true, Ordering::Relaxed) {
            tracing::warn!(
                %error,
                "the relay's certificate could not be verified: mail is encrypted all the same, since tls=opportunistic takes any"
            );
        }
        Ok(taken)
    }
}

impl ServerCertVerifier for Verifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        if self.named.iter().any(|named| named.as_ref() == end_entity.as_ref()) {
            return Ok(ServerCertVerified::assertion());
        }
        let verified = match &self.authorities {
            Some(known) => known.verify_server_cert(end_entity, intermediates, server_name, ocsp_response, now),
            None => Err(rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer)),
        };
        self.or_take(verified, ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.provider.signature_verification_algorithms;
        self.or_take(verify_tls12_signature(message, cert, dss, known), HandshakeSignatureValid::assertion())
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.provider.signature_verification_algorithms;
        self.or_take(verify_tls13_signature(message, cert, dss, known), HandshakeSignatureValid::assertion())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
