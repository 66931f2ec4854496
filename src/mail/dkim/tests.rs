//! Signatures, verified with the public key of the DNS record. `tests/outside/mails.py` verifies them with other
//! implementations.

use aws_lc_rs::signature::{ED25519, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey, VerificationAlgorithm};
use aws_lc_rs::{encoding::AsDer as _, rsa::KeySize};

use super::*;

const MAIL: &[u8] =
    b"From: Portal <portal@x.example>\r\nTo: a@y.example\r\nSubject: Un  essai\r\nX-Other: 1\r\n\r\nBonjour\r\n";

fn pem(der: &[u8]) -> String {
    format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(der))
}

/// A folder with one key of each kind, and a signer with both.
fn signer() -> (tempfile::TempDir, Signer) {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).display().to_string();
    let rsa = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
    std::fs::write(file("rsa.pem"), pem(rsa.as_der().unwrap().as_ref())).unwrap();
    let ed25519 = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).unwrap();
    std::fs::write(file("ed.pem"), pem(ed25519.as_ref())).unwrap();
    let keys = format!("r1={}, e1={}", file("rsa.pem"), file("ed.pem"));
    (folder, Signer::read("x.example", &keys).unwrap().unwrap())
}

fn tag(header: &str, name: &str) -> String {
    let value = header.split(';').find_map(|tag| tag.trim().strip_prefix(&format!("{name}="))).unwrap();
    value.split_whitespace().collect()
}

#[test]
fn goal_33_both_signatures_hold_and_from_is_signed_once_more_than_it_occurs() {
    let (_folder, signer) = signer();
    let signatures = signer.sign(MAIL, Timestamp::from_micros(1_770_000_000_000_000)).unwrap();
    let headers: Vec<&str> = signatures.split_inclusive("\r\nDKIM").collect();
    assert_eq!(headers.len(), 2, "{signatures}");
    assert!(signatures.lines().all(|line| line.len() <= 78), "{signatures}");
    let algorithms: [&dyn VerificationAlgorithm; 2] = [&RSA_PKCS1_2048_8192_SHA256, &ED25519];
    let mut rest = signatures.as_str();
    for (index, key) in signer.keys.iter().enumerate() {
        let end = rest.find("\r\nDKIM").map_or(rest.len() - 2, |at| at);
        let (header, after) = rest.split_at(end);
        rest = after.trim_start();
        assert_eq!(tag(header, "h"), "from:from:to:subject");
        assert_eq!(tag(header, "bh"), STANDARD.encode(digest(&SHA256, b"Bonjour\r\n")));
        let (unsigned, _) = header.split_at(header.find(" b=").unwrap() + 3);
        let mut input = b"from:Portal <portal@x.example>\r\nto:a@y.example\r\nsubject:Un essai\r\n".to_vec();
        input.extend_from_slice(&canonical::Header::read(unsigned.as_bytes()).relaxed());
        let signature = STANDARD.decode(tag(header, "b")).unwrap();
        let message = if index == 0 { input } else { digest(&SHA256, &input).as_ref().to_vec() };
        UnparsedPublicKey::new(algorithms[index], key.secret.public()).verify(&message, &signature).unwrap();
    }
}

#[test]
fn an_operator_is_told_what_is_wrong_with_a_key() {
    assert!(Signer::read("x.example", "").unwrap().is_none());
    for bad in ["file.pem", "s=/nonexistent.pem", "a b=x.pem"] {
        assert!(Signer::read("x.example", bad).is_err(), "{bad}");
    }
}

#[test]
fn the_records_name_the_public_keys() {
    let (_folder, signer) = signer();
    let records = signer.records();
    assert_eq!(records[0].0, "r1._domainkey.x.example");
    assert!(records[0].1.starts_with("v=DKIM1; k=rsa; p=MIIB"), "{}", records[0].1);
    assert_eq!(records[1].1.len(), "v=DKIM1; k=ed25519; p=".len() + 44);
}
