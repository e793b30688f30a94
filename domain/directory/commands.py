"""名录的办理: every command of the directory, with its handler."""

from domain.directory import division_commands, organization_commands, person_commands
from domain.shared.commands import Handlers

HANDLERS: Handlers = {
    **division_commands.HANDLERS,
    **organization_commands.HANDLERS,
    **person_commands.HANDLERS,
}
