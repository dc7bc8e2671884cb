"""The paperwork of an expert (Delphi) panel: forms made, collected, fed back."""

from tierwise.delphi.collected import Collected
from tierwise.delphi.collecting import delphi_collect
from tierwise.delphi.feedback import delphi_feedback
from tierwise.delphi.questionnaire import delphi_import
from tierwise.delphi.sending import Sent, delphi_send

__all__ = ["Collected", "Sent", "delphi_collect", "delphi_feedback", "delphi_import", "delphi_send"]
