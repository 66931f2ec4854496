//! The keys that sign access tokens (RFC 9068), and their rotation.
//!
//! A signing key is an Ed25519 pair (RFC 8037). Its private half is stored in the database, so that every process signs
//! with the same key. It is sealed under the master key, so the database alone cannot sign. The first process to find
//! no key makes one.
//!
//! The state of a key follows from the time alone: *next*, published but not signing, for twice the time that clients
//! cache the published list; *active*, the newest key that has begun; *retired*, published until the last token it
//! signed has expired. [`rotate`] makes the next key when the active one is old enough, and deletes keys that are no
//! longer needed. Every process reloads the keys each minute, and at most every ten seconds when a token names an
//! unknown key.

mod store;

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::db::{Conn, Id};
use crate::error::{Error, OrInternal as _, ProblemCode};
use crate::random::Random;
use crate::secrets::MasterKey;
use crate::time::Timestamp;
use store::StoredKey;

/// Clocks of two machines may differ by this much, in seconds.
const LEEWAY: i64 = 30;
/// How long clients may cache `/.well-known/jwks.json`.
pub const PUBLISHED: Duration = Duration::from_mins(5);
/// How long a new key is published before it signs.
const LEAD: Duration = Duration::from_mins(10);
/// How long a retired key is kept: the longest life of a token, and the leeway.
const KEEP: Duration = Duration::from_mins(20);
/// The `typ` header of an access token (RFC 9068, 2.1): tokens of other types are rejected.
const TYPE: &str = "at+jwt";

/// The claims of an access token.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Claims {
    /// The person.
    pub sub: Id,
    /// The session.
    pub sid: Id,
    /// The token itself.
    pub jti: Id,
    /// The issuer: the public URL of the portal.
    pub iss: String,
    /// The audience: the same public URL.
    pub aud: String,
    /// Issued, seconds since 1970.
    pub iat: i64,
    /// Good from, seconds since 1970.
    pub nbf: i64,
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
    activates_at: Timestamp,
    encoding: EncodingKey,
    decoding: DecodingKey,
    jwk: Jwk,
}

/// The signing keys as this process knows them, the newest last.
pub struct Keys {
    known: RwLock<Arc<Vec<Key>>>,
    /// Issuer and audience of tokens.
    issuer: String,
}

impl Keys {
    /// Loads the keys; makes the first if there is none. Runs in a unit of work that writes.
    ///
    /// # Errors
    /// If a key cannot be opened with this master key.
    pub fn load(
        conn: &mut Conn,
        master: &MasterKey,
        issuer: &str,
        now: Timestamp,
        random: &Random,
    ) -> Result<Self, Error> {
        // Two processes that start at the same time must agree on the first key.
        conn.exclude_others()?;
        if store::keys(conn)?.is_empty() {
            store::insert_key(conn, &generate(master, now, random)?, now)?;
        }
        let keys = Self { known: RwLock::default(), issuer: issuer.to_owned() };
        keys.set(&store::keys(conn)?, master)?;
        Ok(keys)
    }

    /// Replaces the keys by those that were reloaded.
    pub(super) fn set(&self, stored: &[StoredKey], master: &MasterKey) -> Result<(), Error> {
        let keys = stored.iter().map(|key| unseal(key, master)).collect::<Result<Vec<_>, _>>()?;
        *self.known.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(keys);
        Ok(())
    }

    fn known(&self) -> Arc<Vec<Key>> {
        Arc::clone(&self.known.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// A token for this session, signed by the active key.
    pub fn sign(&self, sub: Id, sid: Id, jti: Id, life: Duration, now: Timestamp) -> Result<String, Error> {
        let keys = self.known();
        let active = keys.iter().rev().find(|key| key.activates_at <= now).or_else(|| keys.first());
        let key = active.ok_or_else(|| Error::internal("no signing key"))?;
        let (iss, aud, iat) = (self.issuer.clone(), self.issuer.clone(), now.as_seconds());
        let claims = Claims { sub, sid, jti, iss, aud, iat, nbf: iat, exp: now.plus(life).as_seconds() };
        let mut header = Header::new(Algorithm::EdDSA);
        header.kid = Some(key.kid.clone());
        header.typ = Some(TYPE.to_owned());
        jsonwebtoken::encode(&header, &claims, &key.encoding).or_internal()
    }

    /// Whether a token names a key that this process does not have.
    #[must_use]
    pub fn is_foreign(&self, token: &str) -> bool {
        let kid = jsonwebtoken::decode_header(token).ok().and_then(|header| header.kid);
        kid.is_some_and(|kid| !self.known().iter().any(|key| key.kid == kid))
    }

    /// The claims of a valid token that one of our keys signed. Header fields that point to another key (`jku`, `x5u`,
    /// `jwk`) are ignored (RFC 8725, 3.10).
    ///
    /// # Errors
    /// 401, without details.
    pub fn verify(&self, token: &str, now: Timestamp) -> Result<Claims, Error> {
        let refused = || Error::unauthenticated(ProblemCode::TokenInvalid).with("token", "access");
        let header = jsonwebtoken::decode_header(token).map_err(|_malformed| refused())?;
        let keys = self.known();
        let key = keys.iter().find(|key| header.kid.as_deref() == Some(&key.kid)).ok_or_else(refused)?;
        // No critical extension is supported (RFC 7515, 4.1.11).
        if header.typ.as_deref() != Some(TYPE) || header.crit.is_some() {
            return Err(refused());
        }
        let mut validation = Validation::new(Algorithm::EdDSA);
        // Times are checked against the portal's own clock, so that a test can move it.
        validation.validate_exp = false;
        validation.set_audience(&[&self.issuer]);
        validation.set_issuer(&[&self.issuer]);
        validation.set_required_spec_claims(&["exp", "nbf", "iss", "aud", "sub"]);
        let claims: Claims =
            jsonwebtoken::decode(token, &key.decoding, &validation).map_err(|_forged| refused())?.claims;
        let seconds = now.as_seconds();
        if claims.exp.saturating_add(LEEWAY) <= seconds || claims.nbf.saturating_sub(LEEWAY) > seconds {
            return Err(Error::unauthenticated(ProblemCode::TokenExpired));
        }
        Ok(claims)
    }

    /// The public halves.
    #[must_use]
    pub fn jwks(&self) -> Jwks {
        Jwks { keys: self.known().iter().map(|key| key.jwk.clone()).collect() }
    }
}

/// The keys as stored.
pub(super) fn stored(conn: &mut Conn) -> Result<Vec<StoredKey>, Error> {
    store::keys(conn)
}

/// Opens every stored key: a read-only check that this is the master key of the database.
///
/// # Errors
/// If a key cannot be opened with this master key.
pub fn try_opening(conn: &mut Conn, master: &MasterKey) -> Result<(), Error> {
    store::keys(conn)?.iter().try_for_each(|key| unseal(key, master).map(drop))
}

/// Whether this master key opens every stored key.
pub fn opens_with(conn: &mut Conn, master: &MasterKey) -> Result<bool, Error> {
    Ok(store::keys(conn)?.iter().all(|key| unseal(key, master).is_ok()))
}

/// The oldest signing key as it is sealed, and its label.
pub fn oldest_sealed_key(conn: &mut Conn) -> Result<Option<(Vec<u8>, String)>, Error> {
    Ok(store::keys(conn)?.into_iter().next().map(|key| (key.sealed_key, key.kid)))
}

/// Seals the keys anew that another master key has sealed, or only counts them; returns how many.
pub fn reseal_signing_keys(conn: &mut Conn, master: &MasterKey, random: &Random, writes: bool) -> Result<usize, Error> {
    let stale: Vec<StoredKey> = store::keys(conn)?.into_iter().filter(|key| !master.is_own(&key.sealed_key)).collect();
    for key in stale.iter().filter(|_| writes) {
        if let Some(sealed) = master.anew(&key.sealed_key, &key.kid, random)? {
            store::set_sealed(conn, &key.kid, &sealed)?;
        }
    }
    Ok(stale.len())
}

/// Whether the database has anything that a master key has sealed: then another key than that one is of no use.
///
/// # Errors
/// If the database can't be read.
pub fn has_sealed(conn: &mut Conn) -> Result<bool, Error> {
    store::has_sealed(conn)
}

/// Makes the next key if the newest is `age` old, and deletes those whose last token has expired. Returns whether
/// anything changed. Runs in a unit of work that writes; one process of several does it.
pub fn rotate(
    conn: &mut Conn,
    master: &MasterKey,
    age: Duration,
    now: Timestamp,
    random: &Random,
) -> Result<bool, Error> {
    let turned = |stored: &[StoredKey]| {
        let begins: Vec<Timestamp> = stored.iter().map(|key| key.activates_at).collect();
        turn(&begins, age, now)
    };
    // Almost always nothing is due, and no other process need wait for that.
    if turned(&store::keys(conn)?) == (false, 0) {
        return Ok(false);
    }
    conn.exclude_others()?;
    let stored = store::keys(conn)?;
    let (due, spent) = turned(&stored);
    if due {
        store::insert_key(conn, &generate(master, now.plus(LEAD), random)?, now)?;
    }
    for key in stored.iter().take(spent) {
        store::delete_key(conn, &key.kid)?;
    }
    Ok(due || spent > 0)
}

/// Whether the next key is due, and how many of the oldest are spent: their successor has signed for long enough.
fn turn(begins: &[Timestamp], age: Duration, now: Timestamp) -> (bool, usize) {
    let due = begins.last().is_some_and(|begins| *begins <= now && begins.plus(age) <= now.plus(LEAD));
    let spent = begins.iter().skip(1).take_while(|successor| successor.plus(KEEP) <= now).count();
    (due, spent)
}

fn generate(master: &MasterKey, activates_at: Timestamp, random: &Random) -> Result<StoredKey, Error> {
    let seed: [u8; 32] = random.bytes();
    let pair = Ed25519KeyPair::from_seed_unchecked(&seed).or_internal()?;
    let public = pair.public_key().as_ref().to_vec();
    let kid = kid(&public);
    let pkcs8 = pair.to_pkcs8v1().map_err(|_unspecified| Error::internal("encoding a key failed"))?;
    let sealed_key = master.seal(pkcs8.as_ref(), &kid, random)?;
    Ok(StoredKey { kid, public_key: public, sealed_key, activates_at })
}

fn unseal(stored: &StoredKey, master: &MasterKey) -> Result<Key, Error> {
    let pkcs8 = master.open(&stored.sealed_key, &stored.kid)?;
    let x = URL_SAFE_NO_PAD.encode(&stored.public_key);
    Ok(Key {
        kid: stored.kid.clone(),
        activates_at: stored.activates_at,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_published_before_it_signs_and_after_it_has_signed() {
        let start = Timestamp::from_micros(1_770_000_000_000_000);
        let days = |days: u64| Duration::from_hours(24 * days);
        let month = days(30);
        assert_eq!(turn(&[start], month, start), (false, 0));
        assert_eq!(turn(&[start], month, start.plus(days(29))), (false, 0));
        let due = start.plus(month).minus(LEAD);
        assert_eq!(turn(&[start], month, due), (true, 0), "it begins when the other is a month old");
        let next = due.plus(LEAD);
        assert_eq!(turn(&[start, next], month, due), (false, 0), "there is a next one already");
        assert_eq!(turn(&[start, next], month, next), (false, 0), "its tokens live on");
        assert_eq!(turn(&[start, next], month, next.plus(KEEP)), (false, 1));
    }
}
