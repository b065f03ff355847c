"""Registers: lists of like entries about an object, with an owner, a day and a life; a room declares one."""
