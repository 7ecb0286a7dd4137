from .followers import FollowerForm, MeasureForm, SharingForm
from .interview import AnswersForm, BeginForm, ColleagueForm
from .request import CorrectionForm, MissingForm, ReplyForm, WithdrawalForm

__all__ = [
    "AnswersForm",
    "BeginForm",
    "ColleagueForm",
    "CorrectionForm",
    "FollowerForm",
    "MeasureForm",
    "MissingForm",
    "ReplyForm",
    "SharingForm",
    "WithdrawalForm",
]
