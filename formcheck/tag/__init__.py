"""The waistband tag: printing it, finding it in frames, and the pelvis's angles that it shows."""
