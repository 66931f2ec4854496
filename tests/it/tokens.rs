//! Tokens, valid and forged: the requirements T1 to T6, each under its number.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::sessions::refresh;
use crate::support::{Expect as _, Person, TestApp, story};

fn part(value: &Value) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(value).unwrap())
}

/// Header and claims of a token.
pub fn parts(token: &str) -> (Value, Value) {
    let decoded = |part: &str| serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap();
    let mut parts = token.split('.');
    (decoded(parts.next().unwrap()), decoded(parts.next().unwrap()))
}

pub fn access(person: &Person) -> &str {
    person.tokens["access_token"].as_str().unwrap()
}

fn refused(t: &TestApp, token: &str) -> String {
    t.anonymous().with_token(token).get("/me").unwrap().refused(401)
}

/// The key that signs, out of the database and the vault, to forge tokens that only the claims give away.
fn sign(t: &TestApp, header: &Value, claims: &Value) -> String {
    use diesel::prelude::*;
    use portal::db::schema::signing_key;
    let (kid, sealed) = t
        .run(t.portal.db.read(|conn| {
            Ok(signing_key::table
                .select((signing_key::kid, signing_key::sealed_key))
                .first::<(String, Vec<u8>)>(conn)?)
        }))
        .unwrap();
    let settings = crate::support::identity_settings();
    let master = portal::secrets::MasterKey::load(&settings, &portal::random::Random::seeded(1)).unwrap();
    let pkcs8 = master.open(&sealed, &kid).unwrap();
    let pair = aws_lc_rs::signature::Ed25519KeyPair::from_pkcs8(&pkcs8).unwrap();
    let mut header = header.clone();
    if header.get("kid").is_none() {
        header["kid"] = json!(kid);
    }
    let signed = format!("{}.{}", part(&header), part(claims));
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(pair.sign(signed.as_bytes())))
}

#[story]
fn t1_a_token_of_another_algorithm_or_key_is_refused(t: TestApp) {
    let awa = t.ncp("SN");
    let (header, claims) = parts(access(&awa));
    assert_eq!(header["alg"], "EdDSA");
    let signature = access(&awa).rsplit('.').next().unwrap();
    let with = |key: &str, value: Value| {
        let mut changed = header.clone();
        changed[key] = value;
        changed
    };
    let jwks = t.anonymous().send("GET", "/.well-known/jwks.json", None).unwrap().json();
    let public = URL_SAFE_NO_PAD.decode(jwks["keys"][0]["x"].as_str().unwrap()).unwrap();
    // HS256 with the public key as the secret (RFC 8725, 2.1).
    let hs256 = with("alg", json!("HS256"));
    let signed = format!("{}.{}", part(&hs256), part(&claims));
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &public);
    let confused = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(aws_lc_rs::hmac::sign(&key, signed.as_bytes())));
    let other = aws_lc_rs::signature::Ed25519KeyPair::generate().unwrap();
    let signed = format!("{}.{}", part(&header), part(&claims));
    let others = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(other.sign(signed.as_bytes())));
    let mut without = header.clone();
    without.as_object_mut().unwrap().remove("kid");
    let mut elevated = claims.clone();
    elevated["sub"] = json!("01890a5d-ac96-774b-bcce-b302099a8057");
    for forged in [
        format!("{}.{}.", part(&with("alg", json!("none"))), part(&claims)),
        format!("{}.{}.{signature}", part(&with("alg", json!("none"))), part(&claims)),
        confused,
        others,
        format!("{}.{}.{signature}", part(&with("alg", json!("RS256"))), part(&claims)),
        format!("{}.{}.{signature}", part(&with("alg", json!("ES256"))), part(&claims)),
        format!("{}.{}.{signature}", part(&without), part(&claims)),
        format!("{}.{}.{signature}", part(&with("kid", json!("unknown"))), part(&claims)),
        format!("{}.{}.{signature}", part(&header), part(&elevated)),
    ] {
        assert_eq!(refused(&t, &forged), "token_invalid", "{forged}");
    }
    // The same key and claims, signed by the test: the method of forging is right, so the refusals are meaningful.
    let again = sign(&t, &json!({"alg": "EdDSA", "typ": "at+jwt"}), &claims);
    t.anonymous().with_token(&again).get("/me").unwrap().expect(200);
}

#[story]
fn t2_a_header_that_points_elsewhere_is_never_followed(t: TestApp) {
    let awa = t.ncp("SN");
    let (_, claims) = parts(access(&awa));
    let trap = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    trap.set_nonblocking(true).unwrap();
    let url = format!("http://{}/keys", trap.local_addr().unwrap());
    let other = aws_lc_rs::signature::Ed25519KeyPair::generate().unwrap();
    for header in [
        json!({"alg": "EdDSA", "typ": "at+jwt", "kid": "mine", "jku": url}),
        json!({"alg": "EdDSA", "typ": "at+jwt", "kid": "mine", "x5u": url}),
        json!({"alg": "EdDSA", "typ": "at+jwt", "kid": "mine", "jwk": {"kty": "OKP", "crv": "Ed25519", "x": "AA"}}),
    ] {
        let signed = format!("{}.{}", part(&header), part(&claims));
        let forged = format!("{signed}.{}", URL_SAFE_NO_PAD.encode(other.sign(signed.as_bytes())));
        assert_eq!(refused(&t, &forged), "token_invalid");
    }
    let critical = sign(&t, &json!({"alg": "EdDSA", "typ": "at+jwt", "crit": ["b64"], "b64": false}), &claims);
    assert_eq!(refused(&t, &critical), "token_invalid");
    assert!(trap.accept().is_err(), "nobody came for the keys");
}

#[story]
fn t3_every_claim_is_there_and_has_its_type(t: TestApp) {
    let awa = t.ncp("SN");
    let (_, claims) = parts(access(&awa));
    for claim in ["exp", "nbf", "iat", "iss", "aud", "sub", "jti", "sid"] {
        assert!(!claims[claim].is_null(), "{claim}");
        let mut without = claims.clone();
        without.as_object_mut().unwrap().remove(claim);
        let header = json!({"alg": "EdDSA", "typ": "at+jwt"});
        assert_eq!(refused(&t, &sign(&t, &header, &without)), "token_invalid", "without {claim}");
        let mut mistyped = claims.clone();
        mistyped[claim] = if claims[claim].is_number() { json!("9999999999") } else { json!(7) };
        assert_eq!(refused(&t, &sign(&t, &header, &mistyped)), "token_invalid", "{claim} of another type");
    }
    for (claim, value) in [("iss", json!("https://evil.example")), ("aud", json!("https://evil.example"))] {
        let mut foreign = claims.clone();
        foreign[claim] = value;
        assert_eq!(refused(&t, &sign(&t, &json!({"alg": "EdDSA", "typ": "at+jwt"}), &foreign)), "token_invalid");
    }
    let mut early = claims.clone();
    early["nbf"] = json!(claims["nbf"].as_i64().unwrap() + 31);
    assert_eq!(refused(&t, &sign(&t, &json!({"alg": "EdDSA", "typ": "at+jwt"}), &early)), "token_expired");
    early["nbf"] = json!(claims["nbf"].as_i64().unwrap() + 30);
    let within = sign(&t, &json!({"alg": "EdDSA", "typ": "at+jwt"}), &early);
    t.anonymous().with_token(&within).get("/me").unwrap().expect(200);
}

#[story]
fn t4_one_kind_of_token_never_passes_for_another(t: TestApp) {
    let awa = t.ncp("SN");
    let (_, claims) = parts(access(&awa));
    for kind in [json!({"alg": "EdDSA", "typ": "JWT"}), json!({"alg": "EdDSA"})] {
        assert_eq!(refused(&t, &sign(&t, &kind, &claims)), "token_invalid");
    }
    t.anonymous().post("/auth/password/forgot", &json!({"email": awa.email})).unwrap().expect(202);
    let reset = t.mailed_token(&awa.email, "reset");
    let refresh = awa.tokens["refresh_token"].as_str().unwrap();
    for token in [refresh, &reset] {
        assert_eq!(refused(&t, token), "token_invalid");
    }
    let as_refresh = |token: &str| t.anonymous().post("/auth/refresh", &json!({"refresh_token": token})).unwrap();
    assert_eq!(as_refresh(access(&awa)).refused(401), "refresh_token_invalid");
    assert_eq!(as_refresh(&reset).refused(401), "refresh_token_invalid");
    let as_reset = json!({"token": refresh, "password": "velvet walnut drizzle"});
    assert_eq!(t.anonymous().post("/auth/password/reset", &as_reset).unwrap().refused(410), "link_spent");
    let as_verification = json!({"token": reset});
    assert_eq!(t.anonymous().post("/registrations/verify", &as_verification).unwrap().refused(410), "link_spent");
}

#[story]
fn t5_an_access_token_lives_ten_minutes(t: TestApp) {
    let awa = t.ncp("SN");
    let (_, claims) = parts(access(&awa));
    assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 600);
    t.pass(Duration::from_secs(629));
    awa.get("/me").expect(200);
    t.pass(Duration::from_secs(1));
    assert_eq!(awa.get("/me").refused(401), "token_expired");
}

#[story]
fn t6_a_refresh_token_is_opaque_rotates_and_is_kept_as_a_hash(t: TestApp) {
    let awa = t.ncp("SN");
    let first = &awa.tokens["refresh_token"];
    let next = refresh(&t, first).expect(200);
    assert_ne!(&next["refresh_token"], first);
    assert_eq!(URL_SAFE_NO_PAD.decode(first.as_str().unwrap()).unwrap().len(), 32);
    let stored: Vec<(Vec<u8>, Option<Vec<u8>>)> = t
        .run(t.portal.db.read(|conn| {
            use diesel::prelude::*;
            use portal::db::schema::refresh_token;
            Ok(refresh_token::table.select((refresh_token::hash, refresh_token::sealed_successor)).load(conn)?)
        }))
        .unwrap();
    for secret in [first, &next["refresh_token"]] {
        let secret = secret.as_str().unwrap().as_bytes();
        let seen = |bytes: &[u8]| bytes.windows(secret.len()).any(|window| window == secret);
        assert!(stored.iter().all(|(hash, sealed)| !seen(hash) && !sealed.as_deref().is_some_and(seen)));
    }
    // Half a minute later the successor can't be opened again.
    t.pass(Duration::from_secs(31));
    t.run(t.portal.run_maintenance_once()).unwrap();
    let left: i64 = t
        .run(t.portal.db.read(|conn| {
            use diesel::prelude::*;
            use portal::db::schema::refresh_token;
            let sealed = refresh_token::table.filter(refresh_token::sealed_successor.is_not_null());
            Ok(sealed.count().get_result(conn)?)
        }))
        .unwrap();
    assert_eq!(left, 0);
}
