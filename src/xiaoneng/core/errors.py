"""Everything the core refuses, in one tree. A message says what, where and what to do."""


class XiaonengError(Exception):
    """The root of every refusal; the command line and the pages print its message as it stands."""


class TableShapeError(XiaonengError):
    """A table at a doorway has not the columns that its shape declares."""


class StageError(XiaonengError):
    """A named SQL stage is missing, or failed in the engine."""


class CalendarError(XiaonengError):
    """The working-day calendar cannot answer."""


class CalendarGapError(CalendarError):
    """A day lies before the first or after the last day of the calendar."""


class NoticeError(CalendarError):
    """A holiday notice is malformed or contradicts itself."""


class LawError(XiaonengError):
    """A law pack or a rule is missing, malformed, or claims more than its source carries."""


class UnsourcedRuleError(LawError):
    """A rule claims to be confirmed but names no article, quotation or source."""


class ClockError(XiaonengError):
    """A clock was asked for something that its rule cannot answer."""


class IntakeError(XiaonengError):
    """A file cannot be read; nothing was changed."""


class UnreadableFileError(IntakeError):
    """The file is damaged, encrypted, of the wrong kind, or not what its name says."""


class UnsafeFileError(IntakeError):
    """The file is larger than allowed, or would unpack to more than allowed."""


class MappingError(IntakeError):
    """No profile fits the columns, or a mapping names a column that is not there."""


class DamagedFileError(UnreadableFileError):
    """The file ends too early, or what it holds contradicts itself."""


class EncryptedFileError(UnreadableFileError):
    """The file is protected by a password."""


class WrongKindError(UnreadableFileError):
    """The file is not what its name says, or of a kind that cannot be read."""


class ProfileError(IntakeError):
    """A profile or a code table is missing or malformed."""


class RowsRefusedError(IntakeError):
    """Some rows cannot be read and the good ones were not accepted without them; `report` lists the rows."""

    def __init__(self, message: str, report: object = None) -> None:
        super().__init__(message)
        self.report = report


class UnplacedStepError(XiaonengError):
    """Steps have no case or no number in it, so that nobody can tell what follows what."""


class ExportError(XiaonengError):
    """An event log cannot be written as asked; nothing was left behind."""


class OfficialStepsError(XiaonengError):
    """A list of official steps cannot be read, or contradicts itself; nothing of it was taken."""


class CountyListError(XiaonengError):
    """A list that a county gives beside its records cannot be read; nothing of it was taken."""


class DirectivesError(XiaonengError):
    """A file of directives cannot be read, or contradicts itself; nothing of it was taken."""


class EditionError(XiaonengError):
    """An edition folder is missing, damaged, or does not hold what is asked of it."""


class SimulationError(XiaonengError):
    """A county cannot be simulated with these settings."""
