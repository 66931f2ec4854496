//! A passkey in software: the part of a browser and a security key (WebAuthn Level 3, 6 and 7), with an ES256 key.
//!
//! It does what a test asks, also what an honest one would not: sign for another origin or in the frame of another site,
//! without verifying its user, or count back.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

/// User present, user verified, attested credential data.
const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
const ATTESTED: u8 = 0x40;
/// Can be backed up, and is.
const ELIGIBLE: u8 = 0x08;
const BACKED_UP: u8 = 0x10;

/// A passkey for one relying party.
pub struct Authenticator {
    key: EcdsaKeyPair,
    id: Vec<u8>,
    user: Option<String>,
    pub counter: u32,
    /// By how much the counter grows with each use.
    pub step: u32,
    pub backup_eligible: bool,
    pub backed_up: bool,
    pub origin: String,
    pub verifies_user: bool,
    /// The site in whose frame the page is that asks.
    pub framed_by: Option<&'static str>,
}

impl Authenticator {
    pub fn new(origin: &str, id: &[u8]) -> Self {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &random).unwrap();
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref()).unwrap();
        Self {
            key,
            id: id.to_vec(),
            user: None,
            counter: 0,
            step: 1,
            backup_eligible: false,
            backed_up: false,
            origin: origin.to_owned(),
            verifies_user: true,
            framed_by: None,
        }
    }

    /// `navigator.credentials.create`.
    pub fn create(&mut self, options: &Value) -> Value {
        let options = &options["publicKey"];
        self.user = Some(options["user"]["id"].as_str().unwrap().to_owned());
        let mut data = self.data(options["rp"]["id"].as_str().unwrap(), ATTESTED);
        data.extend([0; 16]);
        data.extend(u16::try_from(self.id.len()).unwrap().to_be_bytes());
        data.extend(&self.id);
        data.extend(self.public_key());
        // {"fmt": "none", "attStmt": {}, "authData": data} in CBOR (RFC 8949).
        let mut object = vec![0xa3, 0x63];
        object.extend(b"fmt\x64none\x67attStmt\xa0\x68authData\x59");
        object.extend(u16::try_from(data.len()).unwrap().to_be_bytes());
        object.extend(&data);
        let client = self.client_data("webauthn.create", options);
        json!({
            "id": encode(&self.id), "rawId": encode(&self.id), "type": "public-key",
            "response": {"attestationObject": encode(&object), "clientDataJSON": encode(&client)},
            "extensions": {},
        })
    }

    /// `navigator.credentials.get`.
    pub fn get(&mut self, options: &Value) -> Value {
        let options = &options["publicKey"];
        self.counter += self.step;
        let data = self.data(options["rpId"].as_str().unwrap(), 0);
        let client = self.client_data("webauthn.get", options);
        let signed = [data.as_slice(), digest(&SHA256, &client).as_ref()].concat();
        let signature = self.key.sign(&SystemRandom::new(), &signed).unwrap();
        json!({
            "id": encode(&self.id), "rawId": encode(&self.id), "type": "public-key",
            "response": {
                "authenticatorData": encode(&data), "clientDataJSON": encode(&client),
                "signature": encode(signature.as_ref()), "userHandle": self.user,
            },
            "extensions": {},
        })
    }

    fn data(&self, rp: &str, flags: u8) -> Vec<u8> {
        let flag = |is_set, flag| if is_set { flag } else { 0 };
        let state = flag(self.backup_eligible, ELIGIBLE) | flag(self.backed_up, BACKED_UP);
        let verified = flag(self.verifies_user, VERIFIED) | state;
        let mut data = digest(&SHA256, rp.as_bytes()).as_ref().to_vec();
        data.push(flags | PRESENT | verified);
        data.extend(self.counter.to_be_bytes());
        data
    }

    fn client_data(&self, kind: &str, options: &Value) -> Vec<u8> {
        let mut said = json!({"type": kind, "challenge": options["challenge"], "origin": self.origin});
        if let Some(site) = self.framed_by {
            said["crossOrigin"] = json!(true);
            said["topOrigin"] = json!(site);
        }
        serde_json::to_vec(&said).unwrap()
    }

    /// The key as COSE has it: {1: 2, 3: -7, -1: 1, -2: x, -3: y} (RFC 9053, 7.1.1).
    fn public_key(&self) -> Vec<u8> {
        let point = self.key.public_key().as_ref();
        let mut key = vec![0xa5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20];
        key.extend(&point[1..33]);
        key.extend([0x22, 0x58, 0x20]);
        key.extend(&point[33..]);
        key
    }
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}
