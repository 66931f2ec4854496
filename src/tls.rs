//! Whom the portal trusts when it calls others by HTTPS: the authorities of the system, and one that the operator adds.

use tokio_rustls::rustls::crypto::aws_lc_rs;
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
