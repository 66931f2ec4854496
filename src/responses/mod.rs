//! Responses: what an administration or a partner agency answers in a round: one response, on which several colleagues
//! work at once, which is reviewed inside, and then submitted with a receipt.
//!
//! Interface (bodies follow):
//!
//! ```text
//! impl Responses {
//!   new(foundation, catalogue, storage, lane, adoptions)
//!   own(viewer: Arc<Principal>, round: Id) -> OwnResponse                 // id is None before `begin`
//!   begin(person, trace, round) -> OwnResponse                            // makes it, with answers of the last round
//!   sheet(viewer, response, language) -> ResponseSheet
//!   write(person, trace, response, Vec<GivenAnswer>, Means, language) -> WrittenAnswers
//!   confirm_section(person, trace, response, section) -> usize
//!   mark_section(person, trace, response, section, is_done) -> ()
//!   check(viewer, response, language) -> ResponseCheck
//!   history(viewer, response, HistoryQuery) -> AnswerHistory
//!   assignments(viewer, response) -> AssignmentList
//!   assign(person, trace, response, GivenAssignments) -> AssignmentList
//!   comment(person, trace, response, GivenComment) -> Comment
//!   be_present(person, response, section: Option<String>) -> PresentList
//!   request_review | approve | return_(.., reason) | reopen | withdraw (person, trace, response) -> OwnResponse
//!   submit(person, trace, response, GivenSubmission) -> Receipt
//!   receipts(viewer, response) -> ReceiptList     submission(viewer, response, number) -> SubmissionFile
//!   receipt(sha256: String) -> Receipt (anybody; 404)
//!   begin_upload(person, caller, FileUpload) -> AdmittedFile   finish_upload(AdmittedFile, content, language) -> WrittenAnswers
//!   files(viewer, response) -> ResponseFileList   file(person, trace, response, file: Id) -> (ResponseFile, Vec<u8>)
//! }
//! submissions_at(conn, round, as_of, after: Option<Id>, limit) -> SubmissionPage
//! consents(conn, round, as_of) -> Vec<Id>          // organisations that share answers with the community
//! States: rounds::ResponseStates
//! ```

mod answers;
mod colleagues;
mod files;
mod state_machine;
mod submissions;
mod types;

pub use answers::{
    AnswerConflict, AnswerFault, AnswerFaultCode, AnswerHint, AnswerHistory, EarlierAnswer, GivenAnswer, HistoryEntry,
    HistoryQuery, Means, OpenPoint, ResponseCheck, SheetAnswer, StoredAnswer, TakenFrom, WriteQuery, WrittenAnswers,
};
pub use colleagues::{
    Assignment, AssignmentList, Comment, GivenAssignment, GivenAssignments, GivenComment, GivenPresence, Present,
    PresentList,
};
pub use files::{FileQuery, FileUpload, ResponseFile, ResponseFileList};
pub use submissions::{
    CountedSubmission, GivenSubmission, Receipt, ReceiptList, ReceiptState, SubmissionFile, SubmissionPage,
};
pub use types::{
    Colleague, Done, GivenSectionState, OwnResponse, ResponseReason, ResponseRights, ResponseSheet, SectionStanding,
    SectionState,
};
