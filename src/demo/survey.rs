//! `portal demo --survey`: plays the survey of 2024 (`replay`) on the portal of the demonstration. Its clock stands in
//! that year until the replay is over, and then shows the machine's time.
//!
//! Nothing of the portal runs beside it: before each step of the clock the mails are delivered, and after it the portal
//! does what it would do every minute. So no mail is older than its lease, and a round closes by itself.

use std::cell::RefCell;
use std::time::Duration;

use actix_web::web::Data;
use serde_json::json;
use tokio::runtime::Handle;

use super::client::Client;
use super::replay::{self, Replayed};
use super::step::{Step, code_of_app, expect, text_in, token_in};
use crate::app::{Portal, Running};
use crate::error::{Error, OrInternal as _};
use crate::mail::Sender;
use crate::random::Random;
use crate::terminal::say;
use crate::time::{Clock, Timestamp};

/// The officer of the Secretariat.
pub(super) const OFFICER: &str = "surveys@portal.example";
/// How long the session of the officer is used.
const FRESH: Duration = Duration::from_mins(4);

/// Plays the survey; lets the clock run on at the end.
///
/// # Errors
/// Those of the portal itself; that a figure is not met is in the answer.
pub(super) async fn play(running: &Running, base: &str, random: &Random) -> Result<Step<Replayed>, Error> {
    let link = running.portal.identity.set_up_link(None).await?;
    let parts = Parts {
        portal: running.portal.clone(),
        sender: running.sender.clone(),
        random: random.clone(),
        anonymous: Client::new(base),
        password: random.secret(),
        set_up_token: link.split_once("token=").map(|(_, token)| token.to_owned()).unwrap_or_default(),
    };
    let clock = running.portal.clock.clone();
    let played = tokio::task::spawn_blocking(move || parts.play()).await.or_internal()?;
    clock.run_on();
    Ok(played)
}

/// What the replay is played with, on a thread that may wait.
struct Parts {
    portal: Data<Portal>,
    sender: Sender,
    random: Random,
    anonymous: Client,
    password: String,
    set_up_token: String,
}

impl Parts {
    fn play(self) -> Step<Replayed> {
        let clock = self.portal.clock.clone();
        let officer = Officer::set_up(&self.anonymous, &clock, &self.password, &self.set_up_token)?;
        let played = replay::play(&replay::Stage {
            anonymous: self.anonymous.clone(),
            clock: clock.clone(),
            password: self.password.clone(),
            officer: &|| officer.client(),
            engage: &|| self.engage(),
            pass: &|until| self.pass(&clock, until),
            tell: &say,
        });
        // What is left would be years old in a moment.
        Handle::current().block_on(self.sender.drain());
        played
    }

    fn engage(&self) -> Step<()> {
        let (random, now) = (self.random.clone(), self.portal.clock.now());
        let written = self.portal.db.write(move |conn| replay::engage(conn, OFFICER, &random, now));
        Handle::current().block_on(written).map_err(|error| error.operator_message())
    }

    fn pass(&self, clock: &Clock, until: Timestamp) -> Step<()> {
        let runtime = Handle::current();
        runtime.block_on(self.sender.drain());
        clock.advance(until.since(clock.now()));
        runtime.block_on(Box::pin(self.portal.run_maintenance_once())).map_err(|error| error.operator_message())
    }
}

/// The officer, who logs in anew where time has passed.
struct Officer {
    anonymous: Client,
    clock: Clock,
    password: String,
    /// The secret of the authenticator app.
    secret: String,
    session: RefCell<(Client, Timestamp)>,
}

impl Officer {
    /// Becomes the administrator by the one-time link, with an authenticator app.
    fn set_up(anonymous: &Client, clock: &Clock, password: &str, token: &str) -> Step<Self> {
        let form = json!({"token": token, "name": "Survey Officer", "email": OFFICER, "password": password});
        expect(201, anonymous.post("/setup", &form))?;
        let form = json!({"email": OFFICER, "password": password});
        let first = anonymous.with_token(&token_in(&expect(200, anonymous.post("/auth/login", &form))?)?);
        let secret = text_in(&expect(200, first.post("/me/mfa/totp", &json!({})))?, "secret")?;
        let code = code_of_app(&secret, clock)?;
        let confirmed = expect(200, first.post("/me/mfa/totp/confirm", &json!({"code": code})))?;
        let session = anonymous.with_token(&token_in(confirmed.get("tokens").unwrap_or(&confirmed))?);
        Ok(Self {
            anonymous: anonymous.clone(),
            clock: clock.clone(),
            password: password.to_owned(),
            secret,
            session: RefCell::new((session, clock.now())),
        })
    }

    fn client(&self) -> Step<Client> {
        let now = self.clock.now();
        let mut session = self.session.borrow_mut();
        if now.since(session.1) > FRESH {
            let form = json!({"email": OFFICER, "password": self.password});
            let asked = expect(200, self.anonymous.post("/auth/login", &form))?;
            let code = code_of_app(&self.secret, &self.clock)?;
            let form = json!({"challenge": asked.get("challenge"), "method": "totp", "code": code});
            let tokens = expect(200, self.anonymous.post("/auth/login/mfa", &form))?;
            *session = (self.anonymous.with_token(&token_in(&tokens)?), now);
        }
        Ok(session.0.clone())
    }
}

/// What to look at.
pub(super) fn sights(address: &str, played: &Replayed) -> String {
    let Replayed { round, partner_round, public, members, partners, .. } = played;
    format!(
        "\nWhich member answered what is synthetic, and so are the agencies; the totals of maturity, IT strategy and \
         willingness, and\nthe days of 2024, are the public ones.\n\
         \x20 results         http://{address}/results\n\
         \x20 for everybody   http://{address}/releases/{public}\n\
         \x20 for members     http://{address}/releases/{members}\n\
         \x20 of agencies     http://{address}/releases/{partners}\n\
         \x20 as a file       http://{address}/api/v1/releases/{public}/results.csv\n\
         \x20 the round       http://{address}/rounds/{round}\n\
         \x20 agencies' round http://{address}/rounds/{partner_round}"
    )
}
