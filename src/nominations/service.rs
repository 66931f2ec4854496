//! The service of nominations: the use cases of `/appointments/{id}/nomination`.
//!
//! An upload has three steps, so that nothing is received of whoever may not send it: [`Nominations::check_upload`],
//! [`Nominations::begin_upload`], and with the bytes [`Nominations::finish_upload`]. The second step takes what bounds
//! uploads: one at a time for each person, a budget of bytes, and a slot in memory. [`AdmittedUpload`] holds them until
//! the letter is stored.

use std::sync::Arc;

use super::types::{Letter, LetterUpload, NewLetter, Nomination, Statement};
use super::{LetterChange, rules};
use crate::audit::Trace;
use crate::db::Id;
use crate::error::{Error, OrInternal as _};
use crate::heavy_work::{Lane, UnderWay};
use crate::http::{IfMatch, RequestContext, to_the_end};
use crate::policy::Principal;
use crate::secrets::fingerprint_of;
use crate::service::{Foundation, Service};
use crate::storage::{self, Slot, Storage};
use crate::throttle::Load;

/// Nominations and their letters. Cloning is cheap.
#[derive(Clone)]
pub struct Nominations {
    foundation: Foundation,
    storage: Storage,
    lane: Lane,
}

impl Service for Nominations {
    fn foundation(&self) -> &Foundation {
        &self.foundation
    }
}

/// An upload whose bytes may be received.
pub struct AdmittedUpload {
    writer: Arc<Principal>,
    upload: LetterUpload,
    load: Load,
    slot: Slot,
    under_way: UnderWay,
}

impl AdmittedUpload {
    /// The same with what the form says that came with the file: the version that its sender has seen, and the name of
    /// the file. The form has so many bytes `beside` the file.
    #[must_use]
    pub fn described(mut self, wanted: IfMatch, name: Option<String>, beside: usize) -> Self {
        (self.upload.wanted, self.upload.name, self.load.beside) = (wanted, name, beside);
        self
    }
}

impl Nominations {
    /// The service.
    #[must_use]
    pub fn new(foundation: Foundation, storage: Storage, lane: Lane) -> Self {
        Self { foundation, storage, lane }
    }

    /// The nomination of an appointment; an empty one where nothing is known.
    ///
    /// # Errors
    /// 404 for whoever may neither read nor write it.
    pub async fn get(&self, viewer: Arc<Principal>, appointment: Id) -> Result<Nomination, Error> {
        self.read(move |conn| super::read(conn, &viewer, appointment)).await
    }

    /// Whether a person may read the letter.
    ///
    /// # Errors
    /// 404 where there is no such appointment.
    pub async fn may_read(&self, reader: &Arc<Principal>, appointment: Id) -> Result<bool, Error> {
        let reader = Arc::clone(reader);
        self.read(move |conn| super::is_reader(conn, &reader, appointment)).await
    }

    /// The name of the person who handed the letter in, for those who may read it.
    ///
    /// # Errors
    /// 404 where there is no such appointment.
    pub async fn uploader(&self, reader: Arc<Principal>, appointment: Id) -> Result<Option<String>, Error> {
        self.read(move |conn| super::uploader(conn, &reader, appointment)).await
    }

    /// Refuses whoever may not write this nomination.
    ///
    /// # Errors
    /// 403, 404, 409.
    pub async fn check_change(&self, writer: Arc<Principal>, appointment: Id) -> Result<(), Error> {
        self.read(move |conn| super::check_writer(conn, &writer, appointment)).await
    }

    /// Records who nominated the person.
    ///
    /// # Errors
    /// 422, then as [`Self::check_change`], and 412.
    pub async fn change(
        &self,
        writer: Arc<Principal>,
        trace: Trace,
        appointment: Id,
        wanted: IfMatch,
        form: &Statement,
    ) -> Result<Nomination, Error> {
        let statement = rules::statement(form, self.foundation.clock.now())?;
        self.write(trace, move |unit, conn| unit.change(conn, &writer, appointment, &wanted, &statement)).await
    }

    /// Most bytes of a letter.
    #[must_use]
    pub const fn largest(&self) -> usize {
        self.storage.largest()
    }

    /// Refuses whoever may not upload a letter to this nomination, or has not seen it as it is.
    ///
    /// # Errors
    /// As [`Self::check_change`], and 412.
    pub async fn check_upload(&self, writer: Arc<Principal>, appointment: Id, wanted: IfMatch) -> Result<(), Error> {
        self.read(move |conn| super::check_seen(conn, &writer, appointment, &wanted)).await
    }

    /// Admits an upload before any byte of it is received.
    ///
    /// # Errors
    /// 429 where the person has an upload under way, or person or network have uploaded enough for now; 503 where no
    /// slot is free.
    pub async fn begin_upload(
        &self,
        writer: Arc<Principal>,
        caller: RequestContext,
        upload: LetterUpload,
    ) -> Result<AdmittedUpload, Error> {
        self.foundation.reserve.check()?;
        // One at a time: nobody holds every slot by sending slowly.
        let under_way = self.lane.upload(writer.user_id)?;
        let load = Load { person: writer.user_id, caller, charged: upload.expected, beside: 0 };
        self.foundation.throttle.admit_upload(&self.foundation.db, &load).await?;
        let slot = self.storage.slot().await?;
        Ok(AdmittedUpload { writer, upload, load, slot, under_way })
    }

    /// Checks a letter that was received whole, and stores it. It does so to the end, whether the client waits or not:
    /// the letter that it replaces is deleted.
    ///
    /// # Errors
    /// 422 for the content; as [`Self::check_upload`]; 503 where the storage is out of reach.
    pub async fn finish_upload(
        &self,
        admitted: AdmittedUpload,
        content: impl AsRef<[u8]> + Send + 'static,
    ) -> Result<Nomination, Error> {
        let AdmittedUpload { writer, upload, load, slot, under_way } = admitted;
        let (service, trace, received) = (self.clone(), Trace::from(&load.caller), content.as_ref().len());
        self.foundation.throttle.settle_upload(&self.foundation.db, load, received).await?;
        to_the_end(async move {
            let _one_at_a_time = under_way;
            service.store(writer, trace, upload, slot, content).await
        })
        .await
    }

    /// Stores a letter; deletes the one that it replaces, or itself where it could not be attached.
    async fn store(
        &self,
        writer: Arc<Principal>,
        trace: Trace,
        upload: LetterUpload,
        slot: Slot,
        content: impl AsRef<[u8]> + Send + 'static,
    ) -> Result<Nomination, Error> {
        let LetterUpload { appointment, wanted, media_type, name, .. } = upload;
        // To look through megabytes takes a while; the slot bounds how many do.
        let checked = tokio::task::spawn_blocking(move || {
            let kind =
                rules::letter_type(content.as_ref(), &media_type).map_err(|fault| Error::invalid(vec![fault]))?;
            Ok::<_, Error>((slot, kind, fingerprint_of(content.as_ref()), content))
        });
        let (slot, kind, sha256, content) = checked.await.or_internal()??;
        let name = rules::file_name(name.as_deref(), kind, "nomination");
        let size = i32::try_from(content.as_ref().len()).or_internal()?;
        let object = self.storage.put(slot, content).await?;
        let letter = NewLetter { object, name, kind, size, sha256 };
        let attaching = self.write(trace, move |unit, conn| unit.attach(conn, &writer, appointment, &wanted, &letter));
        let attached = attaching.await;
        // An error may have come after the commit: the ledger knows.
        if attached.is_err() && self.give_up(object).await.is_ok_and(|is_nameless| is_nameless) {
            self.storage.discard(vec![object]).await;
        }
        let LetterChange { nomination, released } = attached?;
        self.storage.discard_released(released).await;
        Ok(nomination)
    }

    async fn give_up(&self, object: Id) -> Result<bool, Error> {
        self.write(Trace::default(), move |_unit, conn| storage::give_up(conn, object)).await
    }

    /// The letter and its content, for an officer. The audit log records each download.
    ///
    /// # Errors
    /// 404; 503 where the storage is out of reach.
    pub async fn download(
        &self,
        officer: Arc<Principal>,
        trace: Trace,
        appointment: Id,
    ) -> Result<(Letter, Vec<u8>), Error> {
        let letter = self.write(trace, move |unit, conn| unit.open(conn, &officer, appointment)).await?;
        let content = self.storage.get(letter.object).await?;
        Ok((letter, content))
    }

    /// Deletes the letter at once, to the end, whether the client waits or not.
    ///
    /// # Errors
    /// As [`Self::check_upload`]; 404 where there is no letter.
    pub async fn remove(
        &self,
        writer: Arc<Principal>,
        trace: Trace,
        appointment: Id,
        wanted: IfMatch,
    ) -> Result<Nomination, Error> {
        let service = self.clone();
        to_the_end(async move {
            let work = service.write(trace, move |unit, conn| unit.detach(conn, &writer, appointment, &wanted));
            let LetterChange { nomination, released } = work.await?;
            service.storage.discard_released(released).await;
            Ok(nomination)
        })
        .await
    }
}
