package virtualserver

func (c configuration) checkClock() {}
