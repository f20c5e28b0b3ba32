/// What keeps the counts right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Safeguard {
    /// A reading begins again if the archive was written since before the directory was listed; not only
    /// if it was written more than once.
    EachFold,
    /// Who has the right to fold checks that once more.
    GenerationUnderLock,
    /// A generation counts only in its own life.
    GenerationOfLife,
    /// A reading begins again if another life has begun since.
    LifeAfterListing,
    /// Who has the right to fold checks that once more.
    LifeUnderLock,
    /// Whom the archive names is not counted from its file.
    SkipAbsorbed,
    /// Only one folds at a time.
    Lock,
    /// Files are removed when the archive that has their counts is there, not before.
    RenameFirst,
    /// An archive names those of the one before whose files are still there.
    Remember,
    /// Who finds no identity of the life begins to join anew.
    JoinAnew,
    /// A file is made again that was removed before it had its name.
    MakeAnew,
}

/// All safeguards, but for one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rules {
    pub(crate) without: Option<Safeguard>,
}

impl Rules {
    pub(crate) fn have(self, safeguard: Safeguard) -> bool {
        self.without != Some(safeguard)
    }
}
