//! Passwords and registration: the requirements P1 to P13, each under its number.

use std::time::Duration;

use portal::demo::client::Answer;
use serde_json::{Value, json};

use crate::support::{Application, Expect as _, PASSWORD, TestApp, story};

/// The code of the first fault where this password is chosen behind the link of an application.
fn fault(t: &TestApp, token: &str, password: &str) -> Option<String> {
    let answer = choose(t, token, password);
    assert!([200, 422].contains(&answer.status), "{}", answer.text);
    answer.json()["errors"][0]["code"].as_str().map(str::to_owned)
}

fn choose(t: &TestApp, token: &str, password: &str) -> Answer {
    t.anonymous().post("/registrations/verify", &json!({"token": token, "password": password})).unwrap()
}

#[story]
fn p1_fifteen_characters_or_eight_beside_a_second_factor(t: TestApp) {
    let token = t.apply(&Application::new("SN", "Awa Diop"));
    assert_eq!(fault(&t, &token, "tram lentil 42").as_deref(), Some("password_too_short"));
    assert_eq!(fault(&t, &token, "tram lentil 423"), None);
    // The Secretariat must have a second factor, so eight will do.
    let admin = t.admin();
    let change = |new: &str| admin.post("/me/password", &json!({"current_password": PASSWORD, "new_password": new}));
    assert_eq!(change("kJ8#vQ2").json()["errors"][0]["code"], "password_too_short");
    assert_eq!(change("kJ8#vQ2!").status, 204);
}

#[story]
fn p2_long_passwords_work_and_endless_ones_are_refused_unhashed(t: TestApp) {
    let words = "tram harbour lentil orbit meadow cactus violin granite whistle ember papaya lantern ".repeat(2);
    for length in [64, 128] {
        let mut application = Application::new("SN", "Awa Diop");
        application.email = format!("awa{length}@customs-sn.example");
        let password: String = words.chars().take(length).collect();
        choose(&t, &t.apply(&application), &password).expect(200);
        let login = json!({"email": application.email, "password": password});
        t.anonymous().post("/auth/login", &login).unwrap().expect(200);
    }
    let token = t.apply(&Application::new("SN", "Awa Diop"));
    assert_eq!(fault(&t, &token, &"x".repeat(1_025)).as_deref(), Some("password_too_long"));
    let endless = t.try_login("198.51.100.1", "awa64@customs-sn.example", &"x".repeat(1_025));
    assert_eq!(endless.refused(401), "wrong_credentials");
}

#[story]
fn p3_nothing_is_cut_off_and_one_password_has_one_form(t: TestApp) {
    let composed: String =
        "Dégustez l'été à Zürich, près du café où naît la forêt; 27 élèves y rêvent déjà là-bas".into();
    let decomposed: String = unicode_normalization::UnicodeNormalization::nfd(composed.as_str()).collect();
    assert_ne!(composed, decomposed);
    let application = Application::new("CH", "Urs Meier");
    choose(&t, &t.apply(&application), &decomposed).expect(200);
    let last_changed = format!("{}x", composed.strip_suffix('s').unwrap());
    for (password, status) in
        [(&composed, 200), (&decomposed, 200), (&last_changed, 401), (&composed.to_lowercase(), 401)]
    {
        assert_eq!(t.try_login("198.51.100.1", &application.email, password).status, status, "{password}");
    }
}

#[story]
fn p4_no_kind_of_character_is_demanded(t: TestApp) {
    let passwords = ["velvet walnut drizzle", "vier elche tanzen im regen", "жираф любит зелёный чай"];
    for (member, password) in ["SN", "KE", "FR"].into_iter().zip(passwords) {
        let token = t.apply(&Application::new(member, "Awa Diop"));
        assert_eq!(fault(&t, &token, password), None, "{password}");
    }
}

const COMMON: [&str; 22] = [
    "passwordpassword",
    "qwertyuiopasdfg",
    "123456789012345",
    "aaaaaaaaaaaaaaa",
    "abcabcabcabcabc",
    "abcdefghijklmnop",
    "1q2w3e4r5t6y7u8i",
    "Password12345678",
    "iloveyouiloveyou",
    "passw0rdpassw0rd",
    "zaq12wsxcde34rfv",
    "administrator123",
    "987654321098765",
    "!!!football!!!!!",
    "sunshine.princess",
    "111222333444555",
    "azertyuiopqsdfg",
    "qwerty123qwerty123",
    "welcome welcome w",
    "000000000000000",
    "Liverpool1234567",
    "motdepassemotdepasse",
];

#[story]
fn p5_common_passwords_are_refused_wherever_one_chooses(t: TestApp) {
    let token = t.apply(&Application::new("KE", "Wanjiru Kamau"));
    for password in COMMON {
        assert_eq!(fault(&t, &token, password).as_deref(), Some("password_common"), "{password}");
    }
    let awa = t.ncp("SN");
    t.anonymous().post("/auth/password/forgot", &json!({"email": awa.email})).unwrap().expect(202);
    let token = t.mailed_token(&awa.email, "reset");
    for password in ["passwordpassword", "qwertyuiopasdfg"] {
        let change = awa.post("/me/password", &json!({"current_password": PASSWORD, "new_password": password}));
        assert_eq!(change.json()["errors"][0]["code"], "password_common");
        let reset = json!({"token": token, "password": password});
        let reset = t.anonymous().post("/auth/password/reset", &reset).unwrap();
        assert_eq!(reset.json()["errors"][0]["code"], "password_common");
    }
}

#[story]
fn p6_the_owners_own_words_are_refused(t: TestApp) {
    let token = t.apply(&Application::new("SN", "Awa Diop"));
    for password in
        ["awa.diop@customs-sn.example", "AwaDiop Douanes 2026", "Smart Customs Community 1", "customs-portal-2026"]
    {
        assert_eq!(fault(&t, &token, password).as_deref(), Some("password_context"), "{password}");
    }
}

#[story]
fn p7_changing_takes_the_current_password_and_guesses_are_counted(t: TestApp) {
    let awa = t.ncp("SN");
    let new = "velvet walnut drizzle";
    assert_eq!(awa.post("/me/password", &json!({"new_password": new})).refused(422), "invalid");
    let wrong = json!({"current_password": "not her password at all", "new_password": new});
    for _ in 0..5 {
        assert_eq!(awa.post("/me/password", &wrong).json()["errors"][0]["code"], "wrong_password");
    }
    let sixth = awa.post("/me/password", &wrong);
    assert_eq!(sixth.header("retry-after"), Some("1"));
    assert_eq!(sixth.refused(429), "too_many_attempts");
    t.pass(Duration::from_secs(1));
    assert_eq!(awa.post("/me/password", &json!({"current_password": PASSWORD, "new_password": new})).status, 204);
}

#[story]
fn p8_nothing_expires_hints_or_asks_for_a_pets_name(_: TestApp) {
    let document = include_str!("../../openapi.json").to_lowercase();
    for word in ["password_expires", "must_change", "password_hint", "secret_question", "security_question"] {
        assert!(!document.contains(word), "{word}");
    }
}

#[story]
fn p9_registering_a_taken_address_is_answered_alike(t: TestApp) {
    let awa = t.ncp("SN");
    let taken = t.anonymous().post("/registrations", &Application::new("SN", "Awa Diop").form()).unwrap();
    let new = t.anonymous().post("/registrations", &Application::new("KE", "Wanjiru Kamau").form()).unwrap();
    assert_eq!((taken.status, &taken.text), (new.status, &new.text));
    let names = |answer: &Answer| {
        let own = ["x-request-id", "date"];
        let kept = answer.headers.iter().filter(|(name, _)| !own.contains(&name.as_str()));
        kept.cloned().collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(names(&taken), names(&new));
    assert_eq!(t.newest_mail(&awa.email).subject, "You already have an account");
    assert_eq!(t.newest_mail("wanjiru.kamau@customs-ke.example").subject, "Please confirm your e-mail address");
}

/// The bench measures times (`cargo bench --bench flood`); this tests the reason why they are alike: both answers wait
/// for the same beat.
#[story]
fn p10_the_answer_leaves_on_the_same_beat(t: TestApp) {
    let awa = t.ncp("SN");
    let took = |email: &str| {
        let started = std::time::Instant::now();
        t.anonymous().post("/auth/password/forgot", &json!({"email": email})).unwrap().expect(202);
        started.elapsed()
    };
    for email in [awa.email.as_str(), "nobody@customs-sn.example", "no address"] {
        assert!(took(email) >= Duration::from_millis(50), "{email} was answered before the beat");
    }
}

#[story]
fn p11_nobody_logs_in_before_the_link_and_a_link_is_good_once(t: TestApp) {
    let application = Application::new("SN", "Awa Diop");
    t.anonymous().post("/registrations", &application.form()).unwrap().expect(202);
    let login = json!({"email": application.email, "password": PASSWORD});
    let before = t.anonymous().post("/auth/login", &login).unwrap();
    let wrong = json!({"email": "nobody@customs-sn.example", "password": PASSWORD});
    let wrong = t.anonymous().post("/auth/login", &wrong).unwrap();
    let told = |answer: &Value| (answer["code"].clone(), answer["title"].clone(), answer["detail"].clone());
    assert_eq!(told(&before.json()), told(&wrong.json()));
    assert_eq!(before.refused(401), "wrong_credentials");
    let token = t.mailed_token(&application.email, "verify");
    assert!(token.len() >= 43, "256 bits");
    let verify = || t.verify(&token);
    verify().expect(200);
    assert_eq!(verify().refused(410), "link_spent");
    let late = Application::new("KE", "Wanjiru Kamau");
    let token = t.apply(&late);
    t.pass(Duration::from_hours(24));
    let late = t.verify(&token);
    assert_eq!(late.refused(410), "link_spent");
}

#[story]
fn p12_of_fifty_registrations_at_once_one_becomes_an_account(t: TestApp) {
    let spellings = ["awa.diop@customs-sn.example", "Awa.Diop@Customs-SN.example", "AWA.DIOP@CUSTOMS-SN.EXAMPLE"];
    std::thread::scope(|scope| {
        for number in 0..50 {
            let t = &t;
            scope.spawn(move || {
                let mut form = Application::new("SN", "Awa Diop").form();
                form["email"] = json!(spellings[number % 3]);
                let answer = t.anonymous().post("/registrations", &form).unwrap();
                assert!([202, 503].contains(&answer.status), "{}", answer.text);
            });
        }
    });
    t.deliver();
    let mails = t.receiver.inbox();
    let links: Vec<String> =
        mails.iter().filter_map(portal::demo::CaughtMail::read).filter_map(|mail| mail.token("verify")).collect();
    assert!(links.len() > 1);
    let good = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for link in &links {
            let (t, good) = (&t, &good);
            scope.spawn(move || {
                let answer = t.verify(link);
                match answer.status {
                    200 => drop(good.fetch_add(1, std::sync::atomic::Ordering::SeqCst)),
                    _ => assert_eq!(answer.refused(410), "link_spent"),
                }
            });
        }
    });
    assert_eq!(good.into_inner(), 1);
}

#[story]
fn p13_there_is_no_default_account(t: TestApp) {
    for (email, password) in [
        ("admin@portal.example", "admin"),
        ("admin", "admin"),
        ("root@localhost", "toor"),
        ("administrator@example.com", "password"),
        ("secretariat@portal.example", PASSWORD),
    ] {
        assert_eq!(t.try_login("198.51.100.1", email, password).refused(401), "wrong_credentials");
    }
    let link = t.run(t.portal.identity.set_up_link(None)).unwrap();
    let token = link.split_once("token=").unwrap().1;
    let form = json!({"token": token, "name": "Root", "email": "root@portal.example", "password": PASSWORD});
    t.anonymous().post("/setup", &form).unwrap().expect(201);
    assert_eq!(t.anonymous().post("/setup", &form).unwrap().refused(410), "link_spent");
}

/// The stored hash of a person's password.
pub fn stored_hash(t: &TestApp, email: &str) -> String {
    use diesel::prelude::*;
    use portal::db::schema::users;
    let key = email.to_owned();
    let hash = move |conn: &mut portal::db::Conn| {
        Ok(users::table.filter(users::email_key.eq(key)).select(users::password_hash).first::<String>(conn)?)
    };
    t.run(t.portal.db.read(hash)).unwrap()
}

/// Stores the hash that the password of all stories had when memory was dearer; returns it.
pub fn store_cheaper_hash(t: &TestApp, email: &str) -> String {
    use diesel::prelude::*;
    use portal::db::schema::users;
    let params = argon2::Params::new(32, 1, 1, Some(32)).unwrap();
    let weaker = argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params);
    let (salt, mut output) = ([7; 16], [0; 32]);
    weaker.hash_password_into(PASSWORD.as_bytes(), &salt, &mut output).unwrap();
    let encoded = |bytes: &[u8]| base64::Engine::encode(&base64::engine::general_purpose::STANDARD_NO_PAD, bytes);
    let hash = format!("$argon2id$v=19$m=32,t=1,p=1${}${}", encoded(&salt), encoded(&output));
    let (old, key) = (hash.clone(), email.to_owned());
    t.run(t.portal.db.write(move |conn| {
        diesel::update(users::table.filter(users::email_key.eq(key)))
            .set(users::password_hash.eq(old))
            .execute(conn)?;
        Ok(())
    }))
    .unwrap();
    hash
}

#[story]
fn a_password_is_hashed_anew_when_the_cost_was_raised(t: TestApp) {
    let awa = t.ncp("SN");
    let stored = || stored_hash(&t, &awa.email);
    assert!(stored().contains("m=64,t=1"), "{}", stored());
    let hash = store_cheaper_hash(&t, &awa.email);
    t.try_login("198.51.100.1", &awa.email, "not her password at all").refused(401);
    assert_eq!(stored(), hash);
    t.login(&awa.email);
    assert!(stored().contains("m=64,t=1"), "{}", stored());
    t.login(&awa.email);
}
