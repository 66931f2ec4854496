//! The mailbox of everybody: the mails that reached the mail server.

use portal::demo::CaughtMail;

use super::TestApp;

impl TestApp {
    /// The mails to this address, the oldest first. Delivers what is due.
    pub fn inbox(&self, address: &str) -> Vec<CaughtMail> {
        self.deliver();
        let mails = self.receiver.inbox();
        mails.iter().filter(|mail| mail.to == address).filter_map(CaughtMail::read).collect()
    }

    /// The last mail that reached this address. Where several leave for it at once, which one arrives last is chance: such a story
    /// names its mail by [`Self::mail_about`].
    pub fn newest_mail(&self, address: &str) -> CaughtMail {
        self.only_newest(address, |_| true).unwrap_or_else(|| panic!("no mail to {address}"))
    }

    /// The secret in the link to `page` of the last mail to this address that has one.
    pub fn mailed_token(&self, address: &str, page: &str) -> String {
        let mail = self.only_newest(address, |mail| mail.token(page).is_some());
        mail.and_then(|mail| mail.token(page)).unwrap_or_else(|| panic!("no link to {page} for {address}"))
    }

    /// The last matching mail to this address; delivers what is due. Several in one delivery are an error of the story.
    fn only_newest(&self, address: &str, is_such: impl Fn(&CaughtMail) -> bool) -> Option<CaughtMail> {
        self.deliver();
        let (inbox, deliveries) = (self.receiver.inbox(), self.deliveries.lock().unwrap());
        let mails = inbox.iter().enumerate().rev().filter(|(_, mail)| mail.to == address);
        let mut such =
            mails.filter_map(|(at, mail)| Some((at, CaughtMail::read(mail)?))).filter(|(_, mail)| is_such(mail));
        let (last, newest) = such.next()?;
        let begun = deliveries.iter().rev().find(|begun| **begun <= last).copied().unwrap_or_default();
        if let Some((_, other)) = such.next().filter(|(at, _)| *at >= begun) {
            panic!("which of these to {address} is meant? {:?} and {:?}", newest.subject, other.subject);
        }
        Some(newest)
    }

    /// The last mail to this address with this in its subject. Delivers what is due.
    pub fn mail_about(&self, address: &str, subject: &str) -> CaughtMail {
        let mails = self.inbox(address);
        let found = mails.iter().rev().find(|mail| mail.subject.contains(subject));
        found.cloned().unwrap_or_else(|| panic!("no mail about {subject:?} to {address}: {:?}", subjects(&mails)))
    }
}

fn subjects(mails: &[CaughtMail]) -> Vec<&str> {
    mails.iter().map(|mail| mail.subject.as_str()).collect()
}
