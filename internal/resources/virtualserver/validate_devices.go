package virtualserver

func (c configuration) checkHardware() {}
