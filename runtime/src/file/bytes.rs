//! Numbers and texts as they stand in a record: one behind the other, in the machine's own order, since
//! no file leaves the machine that it was written on.

/// Writes a record's content.
#[derive(Debug, Default)]
pub(super) struct Writing(Vec<u8>);

impl Writing {
    pub(super) fn byte(&mut self, byte: u8) {
        self.0.push(byte);
    }

    pub(super) fn short(&mut self, number: u32) {
        self.0.extend(number.to_ne_bytes());
    }

    pub(super) fn long(&mut self, number: u64) {
        self.0.extend(number.to_ne_bytes());
    }

    /// Its length in bytes, and the bytes.
    pub(super) fn text(&mut self, text: &str) {
        self.length(text.len());
        self.0.extend(text.as_bytes());
    }

    /// How many of something follow. More than there is memory for is not written.
    pub(super) fn length(&mut self, length: usize) {
        self.short(u32::try_from(length).unwrap_or(u32::MAX));
    }

    /// All of it as words, the last one filled up with zeros.
    pub(super) fn words(&self) -> impl ExactSizeIterator<Item = u64> {
        self.0.chunks(8).map(|chunk| {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            u64::from_ne_bytes(word)
        })
    }
}

/// Reads a record's content: nothing, where it ends too early.
#[derive(Clone, Debug)]
pub(super) struct Reading<'a>(&'a [u8]);

impl<'a> Reading<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(super) fn byte(&mut self) -> Option<u8> {
        let (byte, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*byte)
    }

    pub(super) fn short(&mut self) -> Option<u32> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u32::from_ne_bytes(*bytes))
    }

    pub(super) fn long(&mut self) -> Option<u64> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u64::from_ne_bytes(*bytes))
    }

    pub(super) fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.bytes()?).ok()
    }

    /// A text that is known to be one.
    pub(super) fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = self.short()? as usize;
        let (bytes, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(bytes)
    }

    /// How many of something follow, each of which takes at least so many bytes.
    pub(super) fn length(&mut self, least: usize) -> Option<usize> {
        let length = self.short()? as usize;
        (length.checked_mul(least)? <= self.0.len()).then_some(length)
    }
}

/// The word at a place, if it is there.
pub(super) fn word(bytes: &[u8], at: usize) -> Option<u64> {
    let bytes = bytes.get(at..)?.first_chunk()?;
    Some(u64::from_ne_bytes(*bytes))
}
