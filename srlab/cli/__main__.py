"""`python -m srlab.cli`, for launchers that start a module (`accelerate launch -m`)."""

from srlab.cli import main

main()
