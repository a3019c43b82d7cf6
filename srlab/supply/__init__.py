"""Supplies the sr image of (sample, upscaler): stored, ready-made, or computed now and kept."""
