package virtualserver

func (c configuration) checkScheduling() {}
