"""Where a call goes: tasks, providers and targets. Pure: nothing here asks or sends."""
