//! Whom the portal trusts when it calls others by TLS: the authorities of the system, and one that the operator adds.

use std::sync::Arc;

use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject as _;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};
use ureq::tls::{Certificate, PemItem, RootCerts, TlsConfig, parse_pem};

use crate::error::{Error, OrInternal as _};

/// Trusts the authorities of the system, and those of the PEM file at `ca_file` where one is named.
///
/// # Errors
/// Where the file can't be read.
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

/// The same trust for a protocol that is not HTTP.
///
/// # Errors
/// A sentence on a file that can't be read.
pub fn connector(ca_file: &str) -> Result<TlsConnector, String> {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if !ca_file.is_empty() {
        let pem = std::fs::read(ca_file).map_err(|error| format!("{ca_file}: {error}"))?;
        for certificate in CertificateDer::pem_slice_iter(&pem) {
            roots.add(certificate.map_err(|e| e.to_string())?).map_err(|e| e.to_string())?;
        }
    }
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|e| e.to_string())?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}
