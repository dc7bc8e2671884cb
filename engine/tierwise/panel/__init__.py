"""The paperwork of an expert (Delphi) panel: forms made, collected, fed back."""

from tierwise.panel.collected import Collected
from tierwise.panel.collecting import delphi_collect
from tierwise.panel.feedback import delphi_feedback
from tierwise.panel.questionnaire import delphi_import
from tierwise.panel.sending import Sent, delphi_send

__all__ = ["Collected", "Sent", "delphi_collect", "delphi_feedback", "delphi_import", "delphi_send"]
