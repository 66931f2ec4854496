//! The keys that sign access tokens, and the master key that seals them in the database.
//!
//! A signing key is an Ed25519 pair (RFC 8037). Its private half lies in the database, so that every process signs with the
//! same one, sealed with AES-256-GCM under the master key, so that the database alone signs nothing. The first process to
//! find no key makes one. The newest signs, all of them verify, and `/.well-known/jwks.json` shows the public halves.
//!
//! Left out: rotation.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::store::{self, StoredKey};
use crate::config;
use crate::db::{Conn, Id};
use crate::error::{Error, OrInternal as _};
use crate::random::Random;
use crate::time::Timestamp;

/// Clocks of two machines may differ by this much, in seconds.
const LEEWAY: i64 = 30;

/// Seals secrets that rest in the database.
pub struct MasterKey(LessSafeKey);

impl MasterKey {
    /// The key of the configuration, or that of the key file, which is made where it is missing.
    ///
    /// # Errors
    /// Where the file can't be read or made, or holds something else.
    pub fn load(settings: &config::Identity, random: &Random) -> Result<Self, Error> {
        let configured = settings.master_key.expose_secret();
        let hex = if configured.is_empty() {
            read_or_make(&settings.master_key_file, random)?
        } else {
            SecretString::from(configured.to_owned())
        };
        let bytes = from_hex(hex.expose_secret()).ok_or_else(|| {
            Error::internal(format!("{} wants 64 hexadecimal digits", settings.master_key_file.display()))
        })?;
        let key = UnboundKey::new(&AES_256_GCM, &bytes).map_err(|_unspecified| Error::internal("bad master key"))?;
        Ok(Self(LessSafeKey::new(key)))
    }

    /// Nonce, then ciphertext and tag. `label` must be the same when it is opened.
    fn seal(&self, secret: &[u8], label: &str, random: &Random) -> Result<Vec<u8>, Error> {
        let nonce: [u8; NONCE_LEN] = random.bytes();
        let mut sealed = secret.to_vec();
        self.0
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(label), &mut sealed)
            .map_err(|_unspecified| Error::internal("sealing failed"))?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    fn open(&self, sealed: &[u8], label: &str) -> Result<Vec<u8>, Error> {
        let fault =
            || Error::internal("a sealed key can't be opened: is identity.master_key the one it was sealed with?");
        let (nonce, body) = sealed.split_first_chunk::<NONCE_LEN>().ok_or_else(fault)?;
        let mut body = body.to_vec();
        let plain = self.0.open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(label), &mut body);
        plain.map(|plain| plain.to_vec()).map_err(|_unspecified| fault())
    }
}

fn read_or_make(path: &Path, random: &Random) -> Result<SecretString, Error> {
    let told = |error: std::io::Error| Error::internal(format!("{}: {error}", path.display()));
    match std::fs::read_to_string(path) {
        Ok(text) => return Ok(SecretString::from(text.trim().to_owned())),
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(told(error)),
        Err(_missing) => {}
    }
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(told)?;
    }
    let hex = random.bytes::<32>().iter().fold(String::with_capacity(64), |mut hex, byte| {
        // Writing to a String does not fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    });
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(told)?;
    file.write_all(format!("{hex}\n").as_bytes()).and_then(|()| file.sync_all()).map_err(told)?;
    tracing::info!(path = %path.display(), "made a new master key; keep a copy of it with your backups");
    Ok(SecretString::from(hex))
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 {
        return None;
    }
    let digits: Option<Vec<u8>> = text.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect();
    let bytes: Vec<u8> =
        digits?.chunks_exact(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect();
    bytes.try_into().ok()
}

/// What an access token says.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Claims {
    /// The person.
    pub sub: Id,
    /// The session.
    pub sid: Id,
    /// Issued, seconds since 1970.
    pub iat: i64,
    /// Good until, seconds since 1970.
    pub exp: i64,
}

/// A public key in the form of RFC 7517 and RFC 8037.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Jwk {
    kty: &'static str,
    crv: &'static str,
    alg: &'static str,
    #[serde(rename = "use")]
    usage: &'static str,
    kid: String,
    x: String,
}

/// Every public key that verifies our tokens.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Jwks {
    keys: Vec<Jwk>,
}

struct Key {
    kid: String,
    encoding: EncodingKey,
    decoding: DecodingKey,
    jwk: Jwk,
}

/// The signing keys, the newest last.
pub struct Keys(Vec<Key>);

impl Keys {
    /// Reads the keys; makes the first where there is none. Runs in a unit of work that writes.
    ///
    /// # Errors
    /// Where a key can't be opened with this master key.
    pub fn load(conn: &mut Conn, master: &MasterKey, now: Timestamp, random: &Random) -> Result<Self, Error> {
        // Two processes that start at once agree on the first key.
        conn.exclude_others()?;
        let mut stored = store::keys(conn)?;
        if stored.is_empty() {
            let new = generate(master, random)?;
            store::insert_key(conn, &new, now)?;
            stored.push(new);
        }
        stored.iter().map(|key| unseal(key, master)).collect::<Result<_, _>>().map(Self)
    }

    /// A token for these claims, signed by the newest key.
    ///
    /// # Errors
    /// Where signing fails.
    pub fn sign(&self, claims: &Claims) -> Result<String, Error> {
        let key = self.0.last().ok_or_else(|| Error::internal("no signing key"))?;
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(key.kid.clone());
        header.typ = Some("at+jwt".to_owned());
        jsonwebtoken::encode(&header, claims, &key.encoding).or_internal()
    }

    /// The claims of a token that one of our keys signed and that is still good.
    ///
    /// # Errors
    /// 401; what exactly is wrong is nobody's business.
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<Claims, Error> {
        let refused = || Error::unauthenticated("token_invalid");
        let header = jsonwebtoken::decode_header(token).map_err(|_malformed| refused())?;
        let key = self.0.iter().find(|key| header.kid.as_deref() == Some(&key.kid)).ok_or_else(refused)?;
        if header.typ.as_deref() != Some("at+jwt") {
            return Err(refused());
        }
        let mut validation = Validation::new(Algorithm::EdDSA);
        // Our own clock decides about time, so that a test can move it.
        validation.validate_exp = false;
        validation.validate_aud = false;
        let claims: Claims =
            jsonwebtoken::decode(token, &key.decoding, &validation).map_err(|_forged| refused())?.claims;
        if claims.exp + LEEWAY <= now.as_seconds() || claims.iat - LEEWAY > now.as_seconds() {
            return Err(Error::unauthenticated("token_expired"));
        }
        Ok(claims)
    }

    /// The public halves.
    #[must_use]
    pub fn jwks(&self) -> Jwks {
        Jwks { keys: self.0.iter().map(|key| key.jwk.clone()).collect() }
    }
}

fn generate(master: &MasterKey, random: &Random) -> Result<StoredKey, Error> {
    let seed: [u8; 32] = random.bytes();
    let pair = Ed25519KeyPair::from_seed_unchecked(&seed).or_internal()?;
    let public = pair.public_key().as_ref().to_vec();
    let kid = kid(&public);
    let pkcs8 = pair.to_pkcs8v1().map_err(|_unspecified| Error::internal("encoding a key failed"))?;
    let sealed_key = master.seal(pkcs8.as_ref(), &kid, random)?;
    Ok(StoredKey { kid, public_key: public, sealed_key })
}

fn unseal(stored: &StoredKey, master: &MasterKey) -> Result<Key, Error> {
    let pkcs8 = master.open(&stored.sealed_key, &stored.kid)?;
    let x = URL_SAFE_NO_PAD.encode(&stored.public_key);
    Ok(Key {
        kid: stored.kid.clone(),
        encoding: EncodingKey::from_ed_der(&pkcs8),
        decoding: DecodingKey::from_ed_components(&x).or_internal()?,
        jwk: Jwk { kty: "OKP", crv: "Ed25519", alg: "EdDSA", usage: "sig", kid: stored.kid.clone(), x },
    })
}

/// The thumbprint of the public key (RFC 7638).
fn kid(public: &[u8]) -> String {
    let canonical = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{}"}}"#, URL_SAFE_NO_PAD.encode(public));
    URL_SAFE_NO_PAD.encode(digest(&SHA256, canonical.as_bytes()))
}
