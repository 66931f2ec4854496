//! Files that are answers: PDF, PNG or JPEG by their content, kept as letters of nomination are (`storage`).
//!
//! A file is admitted before a byte of it is received, stored, and then becomes the answer to its question as any other
//! value: a conflict keeps both. All files stay, since the history and the submissions name them by their SHA-256; the
//! same file again is stored once. A file is only ever served as a download, and each download is in the audit log.

pub(super) mod routes;
pub(super) mod store;
mod types;

use std::sync::Arc;

use serde_json::{Value, json};

pub use types::{FileQuery, FileUpload, ResponseFile, ResponseFileList};

use super::access::Seat;
use super::answers::rules as answer_rules;
use super::{GivenAnswer, Means, Responses, WrittenAnswers};
use crate::audit::{Event, Trace};
use crate::db::{Conn, Id};
use crate::error::{Error, FieldCode, FieldError, OrInternal as _, ProblemCode};
use crate::heavy_work::UnderWay;
use crate::http::{RequestContext, to_the_end};
use crate::i18n::Language;
use crate::nominations::{self, LetterType};
use crate::policy::Principal;
use crate::secrets::{fingerprint_of, hex};
use crate::service::{Service, UnitOfWork};
use crate::storage::{self, Slot};
use crate::text;
use crate::throttle::Load;
use types::FileRow;

/// Most files of a response.
const MOST: i64 = 200;
/// Of these, most of one person: one person cannot use up the room of all.
const MOST_OF_ONE: i64 = MOST / 2;
/// What a file without a name is called.
const NAME: &str = "file";

/// A file whose bytes may be received.
pub struct AdmittedFile {
    writer: Arc<Principal>,
    upload: FileUpload,
    load: Load,
    slot: Slot,
    under_way: UnderWay,
}

impl AdmittedFile {
    /// The same with what the form says that came with the file: the revision of the answer that its sender has seen,
    /// and the name of the file. The form has so many bytes `beside` the file.
    #[must_use]
    pub fn described(mut self, revision: i32, name: Option<String>, beside: usize) -> Self {
        (self.upload.place.revision, self.upload.place.name, self.load.beside) = (revision, name, beside);
        self
    }
}

/// A file that was received and looked at.
struct Received {
    object: Id,
    name: String,
    kind: LetterType,
    size: i32,
    sha256: String,
}

impl Responses {
    /// Most bytes of a file.
    #[must_use]
    pub const fn largest_file(&self) -> usize {
        self.storage.largest()
    }

    /// Admits a file before any byte of it is received.
    ///
    /// # Errors 404, 409, 422 where the question is not answered by files; 429 where the person has an upload under
    /// way, or person or network have uploaded enough for now; 503 where no slot is free.
    pub async fn begin_upload(
        &self,
        writer: Arc<Principal>,
        caller: RequestContext,
        upload: FileUpload,
    ) -> Result<AdmittedFile, Error> {
        let (service, sender) = (self.clone(), Arc::clone(&writer));
        let (response, place) = (upload.response, upload.place.clone());
        self.read(move |conn| service.check_upload(conn, &sender, response, &place)).await?;
        self.foundation.reserve.check()?;
        // One at a time: nobody holds every slot by sending slowly.
        let under_way = self.lane.upload(writer.user_id)?;
        let load = Load { person: writer.user_id, caller, charged: upload.expected, beside: 0 };
        self.foundation.throttle.admit_upload(&self.foundation.db, &load).await?;
        let slot = self.storage.slot().await?;
        Ok(AdmittedFile { writer, upload, load, slot, under_way })
    }

    fn check_upload(&self, conn: &mut Conn, writer: &Principal, response: Id, place: &FileQuery) -> Result<(), Error> {
        let seat = Seat::of(conn, writer, response, self.foundation.clock.now())?;
        seat.check_writable()?;
        let questionnaire = self.questionnaires.get(conn, seat.survey, seat.version)?;
        let questions = answer_rules::Questions::of(&questionnaire);
        let refused = |code| {
            let fault = FieldError::new("question", code).with("value", text::shown(&place.question));
            Err(Error::bad_query(vec![fault]))
        };
        match questions.at(&place.question, place.row.as_deref()) {
            Ok(question) if !answer_rules::is_file(question) => return refused(FieldCode::NoFileQuestion),
            Ok(_) => {}
            Err(_) => return refused(FieldCode::UnknownQuestion),
        }
        if !questions.section(&place.question).is_some_and(|section| seat.reaches(section)) {
            return Err(Error::not_found());
        }
        check_room(conn, response, writer.user_id)
    }

    /// Checks a file that was received whole, stores it, and makes it the answer. It does so to the end, whether the
    /// client waits or not.
    ///
    /// # Errors
    /// 422 for the content; as [`Self::begin_upload`]; 503 where the storage is out of reach.
    pub async fn finish_upload(
        &self,
        admitted: AdmittedFile,
        content: impl AsRef<[u8]> + Send + 'static,
        language: Language,
    ) -> Result<WrittenAnswers, Error> {
        let AdmittedFile { writer, upload, load, slot, under_way } = admitted;
        let (service, trace, received) = (self.clone(), Trace::from(&load.caller), content.as_ref().len());
        self.foundation.throttle.settle_upload(&self.foundation.db, load, received).await?;
        to_the_end(async move {
            let _one_at_a_time = under_way;
            let file = service.receive(&upload, slot, content).await?;
            service.attach(writer, trace, upload, file, language).await
        })
        .await
    }

    async fn receive(
        &self,
        upload: &FileUpload,
        slot: Slot,
        content: impl AsRef<[u8]> + Send + 'static,
    ) -> Result<Received, Error> {
        let media_type = upload.media_type.clone();
        // To look through megabytes takes a while; the slot bounds how many do.
        let checked = tokio::task::spawn_blocking(move || {
            let kind = nominations::letter_type(content.as_ref(), &media_type);
            let kind = kind.map_err(|fault| Error::invalid(vec![fault]))?;
            Ok::<_, Error>((slot, kind, hex(&fingerprint_of(content.as_ref())), content))
        });
        let (slot, kind, sha256, content) = checked.await.or_internal()??;
        let name = nominations::file_name(upload.place.name.as_deref(), kind, NAME);
        let size = i32::try_from(content.as_ref().len()).or_internal()?;
        Ok(Received { object: self.storage.put(slot, content).await?, name, kind, size, sha256 })
    }

    /// Stores what is known of a file, and writes the answer; deletes the file where that fails, or where the same file
    /// was there.
    async fn attach(
        &self,
        writer: Arc<Principal>,
        trace: Trace,
        upload: FileUpload,
        file: Received,
        language: Language,
    ) -> Result<WrittenAnswers, Error> {
        let (response, object) = (upload.response, file.object);
        let attached = self.attach_prepared(writer, trace, upload, file, language).await;
        let is_kept = attached.as_ref().is_ok_and(|(_, is_kept)| *is_kept);
        // An error may have come after the commit: the ledger knows.
        if !is_kept && self.give_up(object).await.is_ok_and(|is_nameless| is_nameless) {
            tracing::debug!(%response, "a file that was handed in is not kept");
            self.storage.discard(vec![object]).await;
        }
        attached.map(|(written, _)| written)
    }

    async fn attach_prepared(
        &self,
        writer: Arc<Principal>,
        trace: Trace,
        upload: FileUpload,
        file: Received,
        language: Language,
    ) -> Result<(WrittenAnswers, bool), Error> {
        let FileUpload { response, place, .. } = upload;
        let value = json!({"name": file.name, "sha256": file.sha256, "size": file.size});
        let given = GivenAnswer {
            question: place.question.clone(),
            row: place.row.clone(),
            value: Some(Some(value)),
            revision: place.revision,
        };
        let batch = self.admit_write(&writer, response).await?.prepare(vec![given])?;
        let manner = (Means::of(&writer), language);
        let attach = move |unit: &UnitOfWork<Self>, conn: &mut Conn| {
            let is_new = unit.keep_file(conn, &writer, response, &place, file)?;
            Ok((unit.store_batch(conn, &writer, response, batch, manner)?, is_new))
        };
        Service::write(self, trace, attach).await
    }

    async fn give_up(&self, object: Id) -> Result<bool, Error> {
        let give_up = move |_: &UnitOfWork<Self>, conn: &mut Conn| storage::give_up(conn, object);
        Service::write(self, Trace::default(), give_up).await
    }

    /// The files of a response, of the sections that the viewer reaches.
    ///
    /// # Errors
    /// 404.
    pub async fn files(&self, viewer: Arc<Principal>, response: Id) -> Result<ResponseFileList, Error> {
        let service = self.clone();
        self.read(move |conn| {
            let seat = Seat::of(conn, &viewer, response, service.foundation.clock.now())?;
            let questionnaire = service.questionnaires.get(conn, seat.survey, seat.version)?;
            let questions = answer_rules::Questions::of(&questionnaire);
            let mut rows = store::of_response(conn, response, MOST)?;
            rows.retain(|row| questions.section(&row.question).is_some_and(|section| seat.reaches(section)));
            Ok(ResponseFileList { data: rows.into_iter().map(told).collect() })
        })
        .await
    }

    /// A file and its content. The audit log records each download.
    ///
    /// # Errors
    /// 404; 503 where the storage is out of reach.
    pub async fn file(
        &self,
        reader: Arc<Principal>,
        trace: Trace,
        response: Id,
        file: Id,
    ) -> Result<(ResponseFile, Vec<u8>), Error> {
        self.parse_questionnaire(&reader, response).await?;
        let open = move |unit: &UnitOfWork<Self>, conn: &mut Conn| unit.open_file(conn, &reader, response, file);
        let row = Service::write(self, trace, open).await?;
        let content = self.storage.get(row.object_id).await?;
        Ok((told(row), content))
    }
}

impl UnitOfWork<Responses> {
    /// Records a file of a section that its writer still reaches; returns whether it is new.
    ///
    /// # Errors
    /// 404, 409.
    fn keep_file(
        &self,
        conn: &mut Conn,
        writer: &Principal,
        response: Id,
        place: &FileQuery,
        file: Received,
    ) -> Result<bool, Error> {
        let seat = Seat::locked(conn, writer, response, self.now)?;
        seat.check_writable()?;
        // Once more, with the response locked: the section may have been assigned to somebody else while the file
        // arrived, and colleagues may have sent theirs.
        let questionnaire = self.service.questionnaires.get(conn, seat.survey, seat.version)?;
        let section = answer_rules::Questions::of(&questionnaire).section(&place.question);
        if !section.is_some_and(|section| seat.reaches(section)) {
            return Err(Error::not_found());
        }
        let row = place.row.clone().unwrap_or_default();
        if store::known(conn, response)?.contains_key(&(place.question.clone(), row.clone(), file.sha256.clone())) {
            return Ok(false);
        }
        check_room(conn, response, writer.user_id)?;
        storage::keep(conn, file.object, self.now)?;
        let detail = json!({"question": place.question, "type": file.kind, "bytes": file.size, "sha256": file.sha256});
        let row = FileRow {
            id: Id::new(self.now, &self.random),
            response_id: response,
            question: place.question.clone(),
            row,
            object_id: file.object,
            name: file.name,
            kind: file.kind,
            size: file.size,
            sha256: file.sha256,
            uploaded_by: writer.user_id,
            uploaded_at: self.now,
        };
        store::insert(conn, &row)?;
        self.note(conn, Event::ResponseFileUploaded, writer, &seat.row, detail)?;
        Ok(true)
    }

    fn open_file(&self, conn: &mut Conn, reader: &Principal, response: Id, file: Id) -> Result<FileRow, Error> {
        let seat = Seat::of(conn, reader, response, self.now)?;
        let row = store::find(conn, response, file)?.ok_or_else(Error::not_found)?;
        let questionnaire = self.service.questionnaires.get(conn, seat.survey, seat.version)?;
        let questions = answer_rules::Questions::of(&questionnaire);
        if !questions.section(&row.question).is_some_and(|section| seat.reaches(section)) {
            return Err(Error::not_found());
        }
        let detail: Value = json!({"question": row.question, "sha256": row.sha256});
        self.note(conn, Event::ResponseFileRead, reader, &seat.row, detail)?;
        Ok(row)
    }
}

/// Refuses a file for which a response, or the share of a person, has no room.
///
/// # Errors
/// 409.
fn check_room(conn: &mut Conn, response: Id, person: Id) -> Result<(), Error> {
    let (all, own) = store::counts(conn, response, person)?;
    match () {
        () if all >= MOST => Err(Error::conflict(ProblemCode::TooManyFiles).with("max", MOST)),
        () if own >= MOST_OF_ONE => Err(Error::conflict(ProblemCode::TooManyOwnFiles).with("max", MOST_OF_ONE)),
        () => Ok(()),
    }
}

fn told(row: FileRow) -> ResponseFile {
    ResponseFile {
        id: row.id,
        question: row.question,
        row: Some(row.row).filter(|row| !row.is_empty()),
        name: row.name,
        kind: row.kind,
        size: row.size,
        sha256: row.sha256,
        uploaded_at: row.uploaded_at,
    }
}
