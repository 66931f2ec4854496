//! Whom a system mail is for. By that it greets, says in its foot why it was sent, and says no more than it may.
//!
//! Whoever types an address need not be its owner, and what we mail is signed by us. So a mail to an address that nobody has verified says
//! nothing that somebody typed: no names, no reasons, no messages. Its greeting names nobody, the header of its receiver has no name, and
//! its values are facts of the portal ([`super::Fact`]): official names of organisations, codes, dates and counts. The compiler checks that:
//! `mails!` takes nothing else for [`Audience::Unverified`] and [`Audience::Invited`].

/// Whom a system mail is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Audience {
    /// A person, about the own account, application or appointment.
    Account,
    /// A person, about what the person looks after.
    Duty,
    /// Whoever reads at an address that nobody has verified.
    Unverified,
    /// The same, where the address was invited.
    Invited,
}

impl Audience {
    /// Whether the address is known to be that of the reader.
    #[must_use]
    pub const fn is_verified(self) -> bool {
        matches!(self, Self::Account | Self::Duty)
    }

    /// The key of the greeting.
    pub(super) const fn greeting(self) -> &'static str {
        if self.is_verified() { "mail-greeting" } else { "mail-greeting-unverified" }
    }

    /// The key of the foot.
    pub(super) const fn foot(self) -> &'static str {
        match self {
            Self::Account | Self::Unverified => "mail-foot-system",
            Self::Duty => "mail-foot-duty",
            Self::Invited => "mail-foot-invitation",
        }
    }
}
