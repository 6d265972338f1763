"""REST face of what spans the apps: projects, reviews, jobs, the trail, and who is asking."""
