//! The service that the routes call.

use std::sync::Arc;
use std::time::Duration;

use secrecy::{ExposeSecret as _, SecretString};

use super::MAX_NAME;
use super::keys::{self, Jwks, Keys};
use super::password::{Hasher, Password};
use super::people::create_user;
use super::sessions::Sessions;
use super::store::{self, NewToken};
use super::types::{ChangePassword, Credentials, Forgot, Login, NewUser, Purpose, Refresh, Reset, SetUp, Tokens};
use crate::appointments::{self, AppointmentStatus, NewAppointment, Role};
use crate::config;
use crate::db::{Conn, Db, Id};
use crate::error::{Error, Fault, Faults};
use crate::i18n::Language;
use crate::mail::{EmailAddress, Letter, Outbox};
use crate::members;
use crate::policy::Principal;
use crate::random::Random;
use crate::text;
use crate::time::{Clock, Timestamp};

/// How long things live.
#[derive(Clone, Copy, Debug)]
struct Lives {
    access: Duration,
    idle: Duration,
    session: Duration,
    reset_link: Duration,
    set_up_link: Duration,
}

/// The service.
pub struct Identity {
    db: Db,
    hasher: Hasher,
    sessions: Sessions,
    outbox: Outbox,
    clock: Clock,
    random: Random,
    lives: Lives,
    password_min: usize,
}

impl Identity {
    /// The service on these parts.
    #[must_use]
    pub fn new(
        settings: &config::Identity,
        db: Db,
        hasher: Hasher,
        keys: Keys,
        outbox: Outbox,
        clock: Clock,
        random: Random,
    ) -> Self {
        let lives = Lives {
            access: Duration::from_secs(settings.access_token_seconds),
            idle: Duration::from_secs(settings.session_idle_minutes * 60),
            session: Duration::from_secs(settings.session_hours * 3_600),
            reset_link: Duration::from_secs(settings.reset_link_minutes * 60),
            set_up_link: Duration::from_secs(settings.set_up_link_hours * 3_600),
        };
        let sessions = Sessions::new(db.clone(), keys, clock.clone());
        Self { db, hasher, sessions, outbox, clock, random, lives, password_min: settings.password_min_length }
    }

    /// The person behind an access token.
    ///
    /// # Errors
    /// 401 where there is none.
    pub async fn authenticate(&self, token: &str) -> Result<Arc<Principal>, Error> {
        self.sessions.authenticate(token).await
    }

    /// The public signing keys.
    #[must_use]
    pub fn jwks(&self) -> Jwks {
        self.sessions.keys().jwks()
    }

    /// Checks a password somebody chose, and hashes it.
    ///
    /// # Errors
    /// 422 at `pointer` where it won't do; 503 where too many are waiting.
    pub async fn hash_chosen(&self, pointer: &str, text: &SecretString, email: &str) -> Result<String, Error> {
        let chosen = Password::choose(text, self.password_min, email);
        let password = chosen.map_err(|fault| Error::invalid(vec![Fault { pointer: pointer.to_owned(), ..fault }]))?;
        self.hasher.hash(password).await
    }

    /// Logs in. Whether it is the address or the password that is wrong, answer and time are the same.
    ///
    /// # Errors
    /// 401 where they don't belong together.
    pub async fn login(&self, login: Login) -> Result<Tokens, Error> {
        let wrong = || Error::unauthenticated("wrong_credentials");
        let Ok(password) = Password::given(&login.password) else { return Err(wrong()) };
        let key = EmailAddress::parse(&login.email).map(|address| address.key());
        let known = match key {
            Ok(key) => self.db.read(move |conn| store::credentials(conn, &key)).await?,
            Err(_no_address) => None,
        };
        let stored = known.as_ref().map(|credentials| credentials.password_hash.clone());
        let right = self.hasher.verify(password, stored).await?;
        match known {
            Some(credentials) if right => self.open_session(credentials.id).await,
            _ => Err(wrong()),
        }
    }

    async fn open_session(&self, user: Id) -> Result<Tokens, Error> {
        let now = self.clock.now();
        let session = Id::new(now, &self.random);
        let refresh = self.random.secret();
        let ends = now.plus(self.lives.session);
        let refresh_ends = now.plus(self.lives.idle).min(ends);
        let secret = refresh.clone();
        self.db
            .write(move |conn| {
                store::insert_session(conn, session, user, ends, now)?;
                store::insert_refresh(conn, session, &secret, refresh_ends, now)
            })
            .await?;
        self.tokens(user, session, refresh, now)
    }

    fn tokens(&self, user: Id, session: Id, refresh_token: String, now: Timestamp) -> Result<Tokens, Error> {
        let expires_in = self.lives.access.as_secs();
        let exp = now.plus(self.lives.access).as_seconds();
        let claims = keys::Claims { sub: user, sid: session, iat: now.as_seconds(), exp };
        let access_token = self.sessions.keys().sign(&claims)?;
        Ok(Tokens { access_token, token_type: "Bearer", expires_in, refresh_token })
    }

    /// The next pair of tokens. A token that comes a second time was stolen or its answer was lost: its session ends.
    ///
    /// # Errors
    /// 401 where the token is not good.
    pub async fn refresh(&self, refresh: Refresh) -> Result<Tokens, Error> {
        let now = self.clock.now();
        let next = self.random.secret();
        let (old, secret, idle) = (refresh.refresh_token, next.clone(), self.lives.idle);
        let renewed = self
            .db
            .write(move |conn| {
                let old = old.expose_secret();
                if let Some((session, user, ends)) = store::use_refresh(conn, old, now)? {
                    store::insert_refresh(conn, session, &secret, now.plus(idle).min(ends), now)?;
                    store::touch_session(conn, session, now)?;
                    return Ok(Some((session, user)));
                }
                if let Some(session) = store::session_of_used_refresh(conn, old)? {
                    tracing::warn!(%session, "a refresh token came twice; its session is ended");
                    store::revoke_session(conn, session, now)?;
                }
                Ok(None)
            })
            .await?;
        if let Some((session, user)) = renewed {
            return self.tokens(user, session, next, now);
        }
        self.sessions.forget();
        Err(Error::unauthenticated("refresh_token_invalid"))
    }

    /// Ends the session.
    ///
    /// # Errors
    /// Where the database says no.
    pub async fn logout(&self, principal: &Principal) -> Result<(), Error> {
        let (session, now) = (principal.session_id, self.clock.now());
        self.db.write(move |conn| store::revoke_session(conn, session, now)).await?;
        self.sessions.forget();
        Ok(())
    }

    /// Changes the password, ends every other session, and tells the owner by mail.
    ///
    /// # Errors
    /// 422 where the current password is wrong or the new one won't do.
    pub async fn change_password(&self, principal: &Principal, change: ChangePassword) -> Result<(), Error> {
        let user = principal.user_id;
        let credentials = self.db.read(move |conn| store::credentials_of(conn, user)).await?;
        let wrong = || Error::invalid(vec![Fault::new("/current_password", "wrong_password")]);
        let current = Password::given(&change.current_password).map_err(|_too_long| wrong())?;
        if !self.hasher.verify(current, Some(credentials.password_hash.clone())).await? {
            return Err(wrong());
        }
        let hash = self.hash_chosen("/new_password", &change.new_password, &credentials.email).await?;
        self.replace_password(credentials, hash, Some(principal.session_id)).await
    }

    async fn replace_password(&self, owner: Credentials, hash: String, keep: Option<Id>) -> Result<(), Error> {
        let (now, outbox) = (self.clock.now(), self.outbox.clone());
        self.db.write(move |conn| replace_password(conn, &outbox, &owner, &hash, keep, now)).await?;
        self.outbox.ring();
        self.sessions.forget();
        Ok(())
    }

    /// Mails a link for a new password, where somebody has this address. The answer never tells.
    ///
    /// # Errors
    /// 503 where the database is away.
    pub async fn forgot(&self, forgot: &Forgot) -> Result<(), Error> {
        let Ok(address) = EmailAddress::parse(&forgot.email) else { return Ok(()) };
        let (now, life, secret) = (self.clock.now(), self.lives.reset_link, self.random.secret());
        let outbox = self.outbox.clone();
        self.db
            .write(move |conn| {
                let Some(owner) = store::credentials(conn, &address.key())? else { return Ok(()) };
                store::spend_tokens_of(conn, Purpose::ResetPassword, Some(owner.id), now)?;
                let token = NewToken {
                    purpose: Purpose::ResetPassword,
                    user_id: Some(owner.id),
                    registration_id: None,
                    email: None,
                    name: None,
                    expires_at: now.plus(life),
                };
                store::insert_token(conn, &secret, &token, now)?;
                let letter = Letter {
                    kind: "reset_password",
                    name: owner.name.clone(),
                    args: vec![("minutes", (life.as_secs() / 60).to_string())],
                    link: Some(format!("/reset?token={secret}")),
                };
                outbox.post(conn, &owner.recipient(), &letter, life)
            })
            .await?;
        self.outbox.ring();
        Ok(())
    }

    /// Sets a new password by a mailed link and ends every session. Logs nobody in.
    ///
    /// # Errors
    /// 410 where the link is spent; 422 where the password won't do, and then the link stays good.
    pub async fn reset(&self, reset: Reset) -> Result<(), Error> {
        let hash = self.hash_chosen("/password", &reset.password, "").await?;
        let (now, outbox) = (self.clock.now(), self.outbox.clone());
        self.db
            .write(move |conn| {
                let spent = store::spend_token(conn, Purpose::ResetPassword, reset.token.expose_secret(), now)?;
                let owner = store::credentials_of(conn, spent.user_id.ok_or_else(Error::link_spent)?)?;
                replace_password(conn, &outbox, &owner, &hash, None, now)
            })
            .await?;
        self.outbox.ring();
        self.sessions.forget();
        Ok(())
    }

    /// A link that sets up an administrator, where there is none yet or a command asks for one: path and query.
    ///
    /// # Errors
    /// Where the database says no.
    pub async fn set_up_link(&self, intended: Option<(EmailAddress, String)>) -> Result<String, Error> {
        let (now, life, secret) = (self.clock.now(), self.lives.set_up_link, self.random.secret());
        let link = format!("/setup?token={secret}");
        self.db
            .write(move |conn| {
                if intended.is_none() {
                    // The link of an earlier start was printed somewhere; only the newest is good.
                    store::spend_tokens_of(conn, Purpose::SetUp, None, now)?;
                }
                let (email, name) = intended.as_ref().map(|(email, name)| (email.as_str(), name.as_str())).unzip();
                let token = NewToken {
                    purpose: Purpose::SetUp,
                    user_id: None,
                    registration_id: None,
                    email,
                    name,
                    expires_at: now.plus(life),
                };
                store::insert_token(conn, &secret, &token, now)
            })
            .await?;
        Ok(link)
    }

    /// The address that a set-up link was made for, where it was made for one.
    ///
    /// # Errors
    /// 410 where the link is spent.
    pub async fn set_up_address(&self, token: &str) -> Result<Option<String>, Error> {
        let (token, now) = (token.to_owned(), self.clock.now());
        let found = self.db.read(move |conn| store::look_at_token(conn, Purpose::SetUp, &token, now)).await?;
        Ok(found.email)
    }

    /// Makes an administrator by a set-up link.
    ///
    /// # Errors
    /// 410 where the link is spent; 422 where a field won't do, 409 where the address has an account: then it stays good.
    pub async fn set_up(&self, set_up: SetUp) -> Result<(), Error> {
        let mut faults = Faults::new();
        let email = faults.take_optional("/email", set_up.email.as_deref(), EmailAddress::parse);
        let name = faults.take_optional("/name", set_up.name.as_deref(), |name| text::line(name, MAX_NAME));
        faults.finish()?;
        let address = email.as_ref().map_or("", EmailAddress::as_str);
        let hash = self.hash_chosen("/password", &set_up.password, address).await?;
        let (now, random) = (self.clock.now(), self.random.clone());
        self.db
            .write(move |conn| {
                let spent = store::spend_token(conn, Purpose::SetUp, set_up.token.expose_secret(), now)?;
                let missing = |pointer| Error::invalid(vec![Fault::new(pointer, "missing")]);
                // What the link was made for wins over what the form says.
                let intended = spent.email.as_deref().and_then(|text| EmailAddress::parse(text).ok());
                let email = intended.or(email).ok_or_else(|| missing("/email"))?;
                let name = spent.name.or(name).ok_or_else(|| missing("/name"))?;
                let new = NewUser { email, name, password_hash: hash, preferred_language: Language::En };
                create_administrator(conn, &new, now, &random)
            })
            .await
    }

    /// Makes an administrator whose password the operator types, for the command line.
    ///
    /// # Errors
    /// 422 where the password won't do; 409 where the address has an account.
    pub async fn create_administrator(
        &self,
        email: EmailAddress,
        name: String,
        password: &SecretString,
    ) -> Result<(), Error> {
        let password_hash = self.hash_chosen("/password", password, email.as_str()).await?;
        let new = NewUser { email, name, password_hash, preferred_language: Language::En };
        let (now, random) = (self.clock.now(), self.random.clone());
        self.db.write(move |conn| create_administrator(conn, &new, now, &random)).await
    }

    /// Whether anybody runs this portal yet.
    ///
    /// # Errors
    /// Where the database says no.
    pub async fn has_administrator(&self) -> Result<bool, Error> {
        self.db.read(|conn| Ok(appointments::count_active(conn, Role::Secretariat)? > 0)).await
    }

    /// Forgets who was seen, after names, languages or appointments changed.
    pub fn forget_seen(&self) {
        self.sessions.forget();
    }
}

fn replace_password(
    conn: &mut Conn,
    outbox: &Outbox,
    owner: &Credentials,
    hash: &str,
    keep: Option<Id>,
    now: Timestamp,
) -> Result<(), Error> {
    store::set_password(conn, owner.id, hash, now)?;
    store::revoke_sessions(conn, owner.id, keep, now)?;
    store::spend_tokens_of(conn, Purpose::ResetPassword, Some(owner.id), now)?;
    let letter = Letter {
        kind: "password_changed",
        name: owner.name.clone(),
        args: vec![("time", now.to_string())],
        link: None,
    };
    outbox.post(conn, &owner.recipient(), &letter, Duration::from_hours(48))
}

fn create_administrator(conn: &mut Conn, new: &NewUser, now: Timestamp, random: &Random) -> Result<(), Error> {
    let user_id = create_user(conn, new, now, random)?;
    let appointment = NewAppointment {
        user_id,
        organisation_id: members::get(conn, members::SECRETARIAT_CODE)?.id,
        role: Role::Secretariat,
        status: AppointmentStatus::Active,
        registration_id: None,
    };
    appointments::create(conn, Id::new(now, random), &appointment, now)
}
