//! The story of the demo: the portal's main job, step by step, over HTTP and with real mail.

#![expect(clippy::indexing_slicing, reason = "serde_json answers null for what is not there")]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::json;

use super::caught::CaughtMail;
use super::client::Client;
use super::receiver::Receiver;
use super::step::{Step, code_of_app, expect, text_in, token_in};
use super::surveys;
use crate::terminal::say;
use crate::time::Clock;

/// How long a mail may take to arrive.
const PATIENCE: Duration = Duration::from_secs(10);

/// The people who log in, and their passwords.
#[derive(Clone)]
pub(super) struct Cast {
    pub(super) admin_email: String,
    pub(super) admin_password: String,
    pub(super) approver_email: String,
    pub(super) approver_password: String,
    pub(super) ncp_email: String,
    pub(super) ncp_password: String,
}

pub(super) struct Story<'a> {
    pub(super) anonymous: Client,
    pub(super) receiver: &'a Receiver,
    pub(super) cast: Cast,
    /// The tokens of the links that set up the administrator, and the person who approves.
    set_up_tokens: [String; 2],
    steps: usize,
}

impl<'a> Story<'a> {
    pub(super) fn new(anonymous: Client, receiver: &'a Receiver, cast: Cast, set_up_tokens: [String; 2]) -> Self {
        Self { anonymous, receiver, cast, set_up_tokens, steps: 0 }
    }

    /// Plays all steps; stops at the first one that fails.
    /// Returns the otpauth URI of the administrator's authenticator app.
    pub(super) fn play(&mut self) -> Step<String> {
        let token = self.step("The Secretariat's administrator is set up by the one-time link, and logs in", |s| {
            s.set_up()?;
            s.login(&s.cast.admin_email, &s.cast.admin_password)
        })?;
        let (admin, app) = self
            .step("The portal wants a second factor of the Secretariat: an authenticator app is added", |s| {
                s.add_app(&token)
            })?;
        self.step("Awa Diop applies as contact point of Senegal", Self::apply)?;
        let token = self.step("The mail to verify her address arrives, in French", |s| {
            let mail = s.await_mail(&s.cast.ncp_email, "confirmer votre adresse")?;
            mail.token("verify").ok_or_else(|| "no link in the mail".to_owned())
        })?;
        self.step("She opens its link, chooses her password and confirms", |s| s.follow(&token))?;
        self.step("The administrator finds her application and approves it", |s| s.approve(&admin))?;
        let awa = self.step("She gets word, and logs in", |s| {
            s.await_mail(&s.cast.ncp_email, "Bienvenue")?;
            s.login(&s.cast.ncp_email, &s.cast.ncp_password)
        })?;
        let contact =
            self.step("She searches the directory for a colleague in Kenya who speaks English", |s| s.search(&awa))?;
        self.step("She reads the colleague's contact", |s| {
            let answer = expect(200, s.anonymous.with_token(&awa).get(&format!("/contacts/{contact}")))?;
            answer["email"].as_str().map(|_| ()).ok_or_else(|| "the contact shows no address".to_owned())
        })?;
        let id = self.step("The administrator writes an announcement in English and French for WCA and ESA", |s| {
            s.compose(&admin)
        })?;
        let count = self.step("The preview counts the recipients and renders both mails", |s| {
            let preview =
                expect(200, s.anonymous.with_token(&admin).post(&format!("/announcements/{id}/preview"), &()))?;
            preview["recipients"].as_u64().filter(|&n| n > 1).ok_or_else(|| format!("recipients: {preview}"))
        })?;
        self.step(
            "It is for more people than one person may write to: a second administrator reads and approves it",
            |s| s.approve_announcement(&admin, &id),
        )?;
        let what = format!("It is sent, and each of the {count} recipients gets it in their own language");
        self.step(&what, |s| s.send(&admin, &id, count))?;
        self.step("Awa reads it again in the portal", |s| {
            let answer = expect(200, s.anonymous.with_token(&awa).get(&format!("/announcements/{id}")))?;
            if answer["variants"]["fr"]["subject"] == FRENCH { Ok(()) } else { Err(answer.to_string()) }
        })?;
        self.step(
            "The Secretariat brings the survey of 2024 and its twin for partner agencies, and publishes both",
            |s| surveys::bring(&s.anonymous.with_token(&admin)),
        )?;
        self.step("It adds the port of Dakar as a partner agency of Senegal", |s| {
            surveys::add_agency(&s.anonymous.with_token(&admin))
        })?;
        Ok(app)
    }

    fn step<T>(&mut self, what: &str, run: impl FnOnce(&Self) -> Step<T>) -> Step<T> {
        self.steps += 1;
        let started = Instant::now();
        let outcome = run(self);
        let sign = if outcome.is_ok() { "ok  " } else { "FAIL" };
        let millis = started.elapsed().as_secs_f64() * 1_000.0;
        say(&format!("{sign} {:>2}. {what} ({millis:.1} ms)", self.steps));
        outcome
    }

    fn set_up(&self) -> Step<()> {
        let form = json!({
            "token": self.set_up_tokens[0], "name": "Portal Administrator",
            "email": self.cast.admin_email, "password": self.cast.admin_password,
        });
        expect(201, self.anonymous.post("/setup", &form))?;
        expect(410, self.anonymous.post("/setup", &form)).map(|_| ())
    }

    fn login(&self, email: &str, password: &str) -> Step<String> {
        token_in(&expect(200, self.anonymous.post("/auth/login", &json!({"email": email, "password": password})))?)
    }

    /// Adds an authenticator app; returns the tokens of the session with two factors, and the app's URI.
    fn add_app(&self, token: &str) -> Step<(String, String)> {
        let admin = self.anonymous.with_token(token);
        expect(403, admin.get("/registrations"))?;
        let app = expect(200, admin.post("/me/mfa/totp", &json!({})))?;
        let code = code_of_app(&text_in(&app, "secret")?, &Clock::system())?;
        let confirmed = expect(200, admin.post("/me/mfa/totp/confirm", &json!({ "code": code })))?;
        Ok((token_in(&confirmed["tokens"])?, text_in(&app, "otpauth_uri")?))
    }

    fn apply(&self) -> Step<()> {
        let form = json!({
            "email": self.cast.ncp_email, "name": "Awa Diop", "organisation": "SN",
            "role": "ncp", "job_title": "Cheffe du bureau de l'innovation", "phone": "+221 33 800 00 00",
            "languages": ["fr", "en"], "preferred_language": "fr",
            "nominating_official": "Directeur général des douanes", "nomination_reference": "DGD/2026/0417",
        });
        expect(202, self.anonymous.post("/registrations", &form)).map(|_| ())
    }

    fn follow(&self, token: &str) -> Step<()> {
        let page = self.anonymous.send("GET", &format!("/verify?token={token}"), None).map_err(|e| e.to_string())?;
        if page.status != 200 || !page.text.contains("new-password") {
            return Err(format!("the page behind the link: {}", page.status));
        }
        // Both consist of letters, digits, - and _.
        let form = format!("token={token}&password={}", self.cast.ncp_password);
        let body = Some(("application/x-www-form-urlencoded", form.as_bytes()));
        let done = self.anonymous.send("POST", "/verify", body).map_err(|e| e.to_string())?;
        if done.status == 303 { Ok(()) } else { Err(format!("confirming: {}", done.status)) }
    }

    fn approve(&self, admin: &str) -> Step<()> {
        let admin = self.anonymous.with_token(admin);
        let waiting = expect(200, admin.get("/registrations?status=pending"))?;
        let found = waiting["data"].as_array().into_iter().flatten();
        let id = found
            .filter(|row| row["email"] == self.cast.ncp_email.as_str())
            .find_map(|row| row["id"].as_str())
            .ok_or_else(|| "the application is not in the list".to_owned())?;
        expect(200, admin.post(&format!("/registrations/{id}/approve"), &json!({}))).map(|_| ())
    }

    fn search(&self, awa: &str) -> Step<String> {
        let found = expect(200, self.anonymous.with_token(awa).get("/contacts?q=KENYA&language=en&limit=5"))?;
        found["data"][0]["id"].as_str().map(str::to_owned).ok_or_else(|| format!("nobody found: {found}"))
    }

    fn compose(&self, admin: &str) -> Step<String> {
        let draft = json!({
            "audience": {"regions": ["WCA", "ESA"]},
            "default_language": "en",
            "variants": {
                "en": {"subject": ENGLISH, "body_markdown": "Dear colleagues,\n\nthe **plenary meeting** of contact points \
                    takes place on 14 January, 10:00 UTC.\n\n- Drones at land borders\n- Readiness for AI\n\n\
                    [Programme](https://portal.example/programme)"},
                "fr": {"subject": FRENCH, "body_markdown": "Chers collègues,\n\nla **réunion plénière** des points de \
                    contact aura lieu le 14 janvier à 10 h UTC.\n\n- Les drones aux frontières terrestres\n\
                    - Se préparer à l'IA\n\n[Programme](https://portal.example/programme)"},
            },
        });
        let draft = expect(201, self.anonymous.with_token(admin).post("/announcements", &draft))?;
        draft["id"].as_str().map(str::to_owned).ok_or_else(|| "no id".to_owned())
    }

    /// Submits an announcement, and lets the second administrator, who is set up for that, approve what was submitted.
    fn approve_announcement(&self, admin: &str, id: &str) -> Step<()> {
        let (email, password) = (&self.cast.approver_email, &self.cast.approver_password);
        expect(409, self.anonymous.with_token(admin).post(&format!("/announcements/{id}/send"), &json!({})))?;
        let submit = format!("/announcements/{id}/submit");
        let submitted = expect(200, self.anonymous.with_token(admin).post(&submit, &json!({})))?;
        let form = json!({"token": self.set_up_tokens[1], "password": password});
        expect(201, self.anonymous.post("/setup", &form))?;
        let (approver, _) = self.add_app(&self.login(email, password)?)?;
        let read = json!({"content_hash": submitted["content_hash"]});
        let approve = format!("/announcements/{id}/approve");
        expect(200, self.anonymous.with_token(&approver).post(&approve, &read)).map(|_| ())
    }

    /// Sends, waits until all is delivered, and compares audience, deliveries and mails for each language.
    fn send(&self, admin: &str, id: &str, count: u64) -> Step<()> {
        let admin = self.anonymous.with_token(admin);
        expect(202, admin.post(&format!("/announcements/{id}/send"), &json!({})))?;
        let summary = Self::wait(|| {
            let summary = expect(200, admin.get(&format!("/announcements/{id}/summary")))?;
            Ok((summary["sent"].as_u64() == Some(count)).then_some(summary))
        })?;
        if summary["total"].as_u64() != Some(count) {
            return Err(format!("{count} recipients, but {summary}"));
        }
        let mut wanted = BTreeMap::new();
        let mut cursor = String::new();
        loop {
            let page = expect(200, admin.get(&format!("/announcements/{id}/deliveries?limit=100{cursor}")))?;
            for row in page["data"].as_array().into_iter().flatten() {
                let text = |key: &str| row[key].as_str().unwrap_or_default().to_owned();
                wanted.insert(text("to_address"), text("language"));
            }
            match page["page"]["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        let subjects = [ENGLISH, FRENCH];
        let got: BTreeMap<String, String> = self
            .mails()
            .into_iter()
            .filter(|mail| subjects.contains(&mail.subject.as_str()))
            .map(|mail| (mail.to, if mail.subject == FRENCH { "fr".to_owned() } else { "en".to_owned() }))
            .collect();
        if got == wanted && u64::try_from(wanted.len()) == Ok(count) {
            Ok(())
        } else {
            Err(format!("{} deliveries, {} mails, {count} recipients", wanted.len(), got.len()))
        }
    }

    fn mails(&self) -> Vec<CaughtMail> {
        self.receiver.inbox().iter().filter_map(CaughtMail::read).collect()
    }

    fn await_mail(&self, to: &str, subject: &str) -> Step<CaughtMail> {
        Self::wait(|| Ok(self.mails().into_iter().rev().find(|mail| mail.to == to && mail.subject.contains(subject))))
            .map_err(|why| format!("mail to {to}: {why}"))
    }

    fn wait<T>(mut look: impl FnMut() -> Step<Option<T>>) -> Step<T> {
        let started = Instant::now();
        loop {
            if let Some(found) = look()? {
                return Ok(found);
            }
            if started.elapsed() > PATIENCE {
                return Err("did not come in time".to_owned());
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

const ENGLISH: &str = "Plenary meeting of contact points, 14 January";
const FRENCH: &str = "Réunion plénière des points de contact, 14 janvier";
