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


class RoundRulesError(XiaonengError):
    """The rules of an appraisal round contradict themselves, or ask for what may not be; `said` is the id of its sentence."""

    def __init__(self, message: str, said: str = "", **facts: object) -> None:
        super().__init__(message)
        self.said, self.facts = said, facts


class ScreeningError(XiaonengError):
    """Ballots cannot be screened as asked, or a batch cannot be set aside so; nothing was changed."""


class BallotError(XiaonengError):
    """A secret ballot, or what belongs to it, cannot be taken as it stands; nothing was stored."""


class TokenError(BallotError):
    """A blind token is malformed, of another round or stratum, or not signed by its key."""


class CodeError(BallotError):
    """A paper code has a wrong character, or too few or too many; `said` is the id of a sentence for the voter."""

    def __init__(self, message: str, said: str = "", **facts: object) -> None:
        super().__init__(message)
        self.said, self.facts = said, facts


class AnswersError(BallotError):
    """The answers of a ballot do not fit the questions of its round."""


class BallotKeyError(BallotError):
    """A key is too short, of another kind, or cannot be read."""


class TooFewEligibleError(BallotError):
    """So few may vote that no arrangement of strata keeps their ballots secret."""


class SealError(BallotError):
    """A seal, a signature or a sealed replica is not what its key makes of it."""


class ProofError(BallotError):
    """A leaf or a size was asked of a log that does not reach so far."""


class SheetError(BallotError):
    """A sheet cannot be printed from what was given."""


class SamplingError(XiaonengError):
    """A draw cannot be made, read or planned as asked; nobody was drawn."""


class FrameError(SamplingError):
    """A sampling frame lacks its legal ground, a column, or rows that could be drawn."""


class AllocationError(SamplingError):
    """No whole numbers of people to draw meet the floors, the populations and the cap."""


class DrawError(SamplingError):
    """The seed, the rules or the record of a draw are missing, malformed or contradict each other."""


class PlanError(SamplingError):
    """A plan was asked for with numbers that mean nothing."""


class PresetError(SamplingError):
    """A preset of raters and appraisees is missing or malformed."""


class SurveyError(XiaonengError):
    """An estimate cannot be made from what was given."""


class DesignError(SurveyError):
    """A sample's weights, strata, clusters or values are missing or contradict each other."""


class WeightingError(SurveyError):
    """Weights cannot be brought to the totals asked for."""


class RankingError(XiaonengError):
    """Scores, errors or counts from which no rank can be told."""


class RatersError(SurveyError):
    """Ratings are too few, or too much alike, for what was asked of them."""


class UnconnectedRatersError(RatersError):
    """Agencies fall into groups that no ballot connects, so that strict and mild ballots cannot be compared."""


class SuppressionError(XiaonengError):
    """Something would leave the house that must not, or cannot be judged."""


class LimitsError(SuppressionError):
    """Publication limits are below their floor, or of no known kind."""


class FiguresError(SuppressionError):
    """Figures contradict each other, so that it cannot be judged what they would tell."""


class FreeTextError(SuppressionError):
    """An opinion would be shown in the words in which it was written."""


class RegisterError(SuppressionError):
    """The register of what was released cannot be read, or a release does not fit it."""


class RatingsError(XiaonengError):
    """Ratings of services that cannot be counted, told or dealt with as asked; nothing was changed."""
