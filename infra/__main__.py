"""`huying`, `python -m infra`: brings the product's modules in, then hands over to the command line."""

from infra import long_lived


def main() -> None:
    """The entry of the `huying` command."""
    long_lived.begin()
    from infra.command_line import main as take_command

    take_command()


if __name__ == "__main__":
    main()
