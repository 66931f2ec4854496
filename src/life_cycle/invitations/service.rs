//! The use cases of `/invitations`, and of the page behind a mailed link.

use std::sync::Arc;

use secrecy::{ExposeSecret as _, SecretString};

use super::types::{Accept, InvitationView, Invite};
use super::{check_inviter, rules, store};
use crate::audit::Trace;
use crate::db::{self, Conn, Id, Writer};
use crate::error::{Error, FieldCode, FieldError};
use crate::http::RequestContext;
use crate::idempotency::{Answer, Ticket};
use crate::life_cycle::{AppointmentView, LifeCycle};
use crate::policy::Principal;
use crate::secrets::fingerprint;
use crate::service::{Service as _, UnitOfWork};
use crate::text::name::Judged;

impl LifeCycle {
    /// Invites a person and mails the link; the answer is an [`AppointmentView`].
    ///
    /// # Errors
    ///
    /// 403, 409 if the person is invited or appointed already, 422, 429.
    pub async fn invite(
        &self,
        officer: Arc<Principal>,
        trace: Trace,
        ticket: Option<Ticket>,
        form: Invite,
    ) -> Result<Answer, Error> {
        // Judged before the unit of work, and told after the rights of the sender.
        let invitee = rules::parse(&form, &self.community, self.foundation().clock.now());
        let (sender, asked) = (Arc::clone(&officer), form);
        let admit = move |_: &UnitOfWork<Self>, conn: &mut Conn| check_inviter(conn, &sender, &asked);
        let invite =
            move |unit: &UnitOfWork<Self>, conn: &mut Conn| Answer::json(201, &unit.invite(conn, &officer, &invitee?)?);
        self.write_once(trace, ticket, admit, invite).await
    }

    /// Mails a new link of an open invitation.
    ///
    /// # Errors
    /// 404, 403, 409 where it is no open invitation or its inviter may invite no longer, 429.
    pub async fn invite_again(&self, officer: Arc<Principal>, trace: Trace, id: Id) -> Result<AppointmentView, Error> {
        self.write(trace, move |unit, conn| unit.invite_again(conn, &officer, id)).await
    }

    /// The invitation of a link.
    ///
    /// # Errors
    /// 410.
    pub async fn look_at_invitation(&self, token: SecretString) -> Result<InvitationView, Error> {
        let unit = self.unit(Trace::default());
        self.read(move |conn| unit.look_at_invitation(conn, token.expose_secret())).await
    }

    /// Whether the invitation of a spent link is accepted.
    pub async fn is_invitation_accepted(&self, token: String) -> Result<bool, Error> {
        self.read(move |conn| store::is_accepted(conn, &fingerprint(&token))).await
    }

    /// Accepts an invitation. A new account gets the password of the form.
    ///
    /// # Errors
    /// 410 before anything else; 422, 429, 503.
    pub async fn accept_invitation(&self, caller: &RequestContext, form: Accept) -> Result<AppointmentView, Error> {
        let found = self.look_at_invitation(form.token.clone()).await?;
        let mut acceptance = rules::parse_acceptance(&form, &self.community)?;
        let writer = Writer::of_link(&fingerprint(form.token.expose_secret()));
        // A password that is chosen is charged to the networks as a hash.
        db::name_writer(writer);
        if found.needs_password {
            let password = form
                .password
                .as_ref()
                .ok_or_else(|| Error::invalid(vec![FieldError::new("/password", FieldCode::Missing)]))?;
            let known = [found.email.as_str(), found.name.as_str(), found.organisation_en.as_str()];
            let hash = self.identity.hash_behind_link(password, &known, false, caller).await?;
            acceptance.password_hash = Some(hash);
            acceptance.invited_name = Some(Judged::members(&found.name, &self.community));
        } else {
            self.foundation.admit_link(caller, writer).await?;
        }
        self.write(caller, move |unit, conn| unit.accept(conn, form.token.expose_secret(), &acceptance)).await
    }
}
