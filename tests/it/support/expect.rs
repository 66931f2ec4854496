//! What a story expects of an answer.

use portal::demo::client::Answer;
use portal::http::problem::Problem;
use serde_json::Value;

/// The expectations of an answer.
pub trait Expect {
    /// The JSON of an answer with this status.
    fn expect(self, status: u16) -> Value;
    /// The code of a problem with this status; checks that it is a whole one.
    fn refused(self, status: u16) -> String;
}

impl Expect for Answer {
    #[track_caller]
    fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text);
        self.json()
    }

    #[track_caller]
    fn refused(self, status: u16) -> String {
        assert_eq!(self.header("content-type"), Some("application/problem+json"), "{}", self.text);
        assert_eq!(self.status, status, "{}", self.text);
        let problem: Problem = serde_json::from_str(&self.text).unwrap();
        assert_eq!(problem.status, status);
        assert_eq!(Some(problem.request_id.as_str()), self.header("x-request-id"));
        for text in problem.errors.iter().map(|field| &field.detail).chain([&problem.title, &problem.detail]) {
            // A text that is missing is answered by its key.
            assert!(!text.starts_with("problem-") && !text.starts_with("fault-") && !text.is_empty(), "{text}");
        }
        problem.code.to_string()
    }
}
